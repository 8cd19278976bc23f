package org.transcriptpipeline.simulator.rest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which fault is next.
final class Faults {

    private static final class Rule {

        private final Fault fault;
        private final Pattern path;
        private int left;

        private Rule(Fault fault, Pattern path, int left) {
            this.fault = fault;
            this.path = path;
            this.left = left;
        }
    }

    private final Deque<Rule> rules = new ArrayDeque<>();

    /// @param path a regular expression for host and path, found anywhere in it
    synchronized void add(Fault fault, String path, int times) {
        rules.addLast(new Rule(fault, Pattern.compile(path), times));
    }

    synchronized void clear() {
        rules.clear();
    }

    /// Takes the first that fits.
    synchronized @Nullable Fault next(String hostAndPath) {
        for (var rule : rules) {
            if (rule.path.matcher(hostAndPath).find()) {
                if (--rule.left == 0) {
                    rules.remove(rule);
                }
                return rule.fault;
            }
        }
        return null;
    }
}
