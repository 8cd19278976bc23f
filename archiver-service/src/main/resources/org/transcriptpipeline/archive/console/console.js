// What a page does beside being read: times in the reader's own zone, earlier messages without a new page, and news
// as it comes. Without this file every page can be read all the same.
'use strict';
(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const language = document.documentElement.lang;
    const short = new Intl.DateTimeFormat(language, {dateStyle: 'medium', timeStyle: 'short'});
    const long = new Intl.DateTimeFormat(language, {dateStyle: 'full', timeStyle: 'long'});

    // As many as a refresh brings; a window that has grown longer leads to the newest messages by its link.
    const MOST_MESSAGES = 190;

    const list = document.getElementById('list');
    const messages = document.getElementById('window');
    const news = document.getElementById('news');

    function localise(root) {
        for (const time of root.querySelectorAll('time[datetime]')) {
            const at = new Date(time.dateTime);
            time.textContent = short.format(at);
            time.title = `${long.format(at)} (${zone})`;
        }
    }

    // Within some pixels of it: zoomed pages have fractions of a pixel.
    const isAtTop = () => window.scrollY < 4;
    const isReading = () => !isAtTop() || list.contains(document.activeElement);
    const isAtEnd = () => window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 40;

    // What the server said last of what is replaced, before its times were put into the reader's zone.
    const said = new Map([list, messages].filter(one => one).map(one => [one, one.innerHTML]));

    // Where nothing is new nothing is replaced: a selection stays. Rows at the top would push away what somebody reads:
    // they come by themselves only to who is at the top and has no row in focus.
    document.addEventListener('htmx:beforeSwap', event => {
        const {target, xhr} = event.detail;
        if (!said.has(target) || xhr.status !== 200) {
            return;
        }
        const answer = new DOMParser().parseFromString(xhr.responseText, 'text/html').getElementById(target.id);
        const isNew = answer !== null && answer.innerHTML !== said.get(target);
        const isInTheWay = target === list && isReading();
        event.detail.shouldSwap = isNew && !isInTheWay;
        if (event.detail.shouldSwap) {
            said.set(target, answer.innerHTML);
        }
        if (target === list) {
            news.hidden = !(isNew && isInTheWay);
        }
    });

    async function replace(container) {
        await htmx.ajax('GET', container.dataset.rows, {
            target: container, swap: 'innerHTML', select: `#${container.id} > *`,
        });
        localise(container);
    }

    const lastMessage = () => messages.querySelector('.message:last-of-type')?.id;

    // New messages come below and marks change in place, so nothing moves. Who was at the end stays there.
    async function refreshMessages() {
        if (messages.querySelectorAll('.message').length > MOST_MESSAGES) {
            news.hidden = false;
            return;
        }
        const wasAtEnd = isAtEnd();
        const before = lastMessage();
        const open = [...messages.querySelectorAll('details[open]')].map(one => one.closest('.message').id);
        await replace(messages);
        for (const id of open) {
            document.getElementById(id)?.querySelector('details')?.setAttribute('open', '');
        }
        if (lastMessage() !== before) {
            if (wasAtEnd) {
                toTheEnd();
            } else {
                news.hidden = false;
            }
        }
    }

    function toTheEnd() {
        document.getElementById('end').scrollIntoView({block: 'end', behavior: 'instant'});
    }

    // One refresh at a time; what comes meanwhile is one more.
    function oneAtATime(work) {
        let isRunning = false;
        let isWanted = false;
        return async () => {
            isWanted = true;
            if (isRunning) {
                return;
            }
            isRunning = true;
            try {
                while (isWanted) {
                    isWanted = false;
                    await work();
                }
            } finally {
                isRunning = false;
            }
        };
    }

    // A stream begins with a change, also after it was cut off: what happened meanwhile is not missed.
    function live(url, refresh) {
        const source = new EventSource(url);
        source.addEventListener('changed', oneAtATime(refresh));
        addEventListener('pagehide', () => source.close());
        addEventListener('pageshow', event => event.persisted && location.reload());
    }

    // Puts earlier messages above, and leaves what is read where it is.
    async function showEarlier(link) {
        const place = document.getElementById('earlier');
        const line = link.closest('.pages');
        line.remove();
        const height = document.documentElement.scrollHeight;
        const y = window.scrollY;
        await htmx.ajax('GET', link.dataset.rows, {target: place, swap: 'afterbegin', select: '#window > *'});
        place.querySelectorAll('.later').forEach(one => one.remove());
        localise(place);
        window.scrollTo({top: y + document.documentElement.scrollHeight - height, behavior: 'instant'});
    }

    document.addEventListener('click', event => {
        const link = event.target.closest?.('.earlier');
        if (link) {
            event.preventDefault();
            showEarlier(link);
        }
    });

    // A text that the page holds, or a file that it names. Without script, or without a clipboard (a browser gives none to
    // http: pages), there is no button, and the text can be selected.
    async function copy(button) {
        const label = button.textContent;
        const file = button.dataset.copyFile;
        await navigator.clipboard.writeText(file ? await textOf(file) : button.dataset.copy);
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = label; }, 3000);
    }

    async function textOf(file) {
        const answer = await fetch(file, {credentials: 'same-origin'});
        if (!answer.ok) {
            throw new Error(`${answer.status}`);
        }
        return answer.text();
    }

    // Bars would hide each other: two lines for messages, one for conversations, in the colours of the text.
    function draw(place) {
        const {days, inbound, outbound, conversations} = JSON.parse(document.getElementById('series').textContent);
        const style = getComputedStyle(document.documentElement);
        const colour = name => style.getPropertyValue(name).trim();
        const axis = {stroke: colour('--dim'), grid: {stroke: colour('--line'), width: 1}, ticks: {stroke: colour('--line')}};
        const day = new Intl.DateTimeFormat(language, {day: 'numeric', month: 'numeric', timeZone: 'UTC'});
        const dayAxis = {...axis, values: (_, ticks) => ticks.map(seconds => day.format(new Date(seconds * 1000)))};
        const line = (label, stroke, dash) => ({label, stroke, dash, width: 2, points: {show: days.length < 32}});
        const size = () => ({width: place.clientWidth, height: 240});
        const chart = new uPlot({
            ...size(),
            tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
            axes: [dayAxis, axis],
            scales: {y: {range: (_, __, most) => [0, Math.max(1, most * 1.1)]}},
            series: [
                {label: place.dataset.day, value: (_, seconds) => seconds === null ? '' : new Date(seconds * 1000).toISOString().slice(0, 10)},
                line(place.dataset.inbound, colour('--accent')),
                line(place.dataset.outbound, colour('--good-ink'), [8, 4]),
                line(place.dataset.conversations, colour('--dim'), [2, 3]),
            ],
        }, [days, inbound, outbound, conversations], place);
        new ResizeObserver(() => chart.setSize(size())).observe(place);
    }

    localise(document);
    if (navigator.clipboard) {
        for (const button of document.querySelectorAll('button.copy')) {
            button.hidden = false;
            button.addEventListener('click', () => copy(button));
        }
    }
    const chart = document.getElementById('chart');
    if (chart) {
        draw(chart);
    }
    if (list?.dataset.live) {
        live(list.dataset.live, () => replace(list));
    }
    if (messages?.dataset.live) {
        if (!location.hash) {
            toTheEnd();
        }
        live(messages.dataset.live, refreshMessages);
    }
})();
