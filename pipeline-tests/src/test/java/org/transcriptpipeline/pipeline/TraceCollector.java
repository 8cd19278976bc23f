package org.transcriptpipeline.pipeline;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/// What traces are sent to: takes OTLP over HTTP, reads of it what the tests ask for.
///
/// Field numbers: opentelemetry-proto, `trace/v1/trace.proto`.
final class TraceCollector implements AutoCloseable {

    private static final int RESOURCE_SPANS = 1;
    private static final int SCOPE_SPANS = 2;
    private static final int SPANS = 2;
    private static final int TRACE_ID = 1;
    private static final int SPAN_ID = 2;
    private static final int PARENT_SPAN_ID = 4;
    private static final int NAME = 5;
    private static final int ATTRIBUTES = 9;
    private static final int LINKS = 13;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    /// @param attributes keys and values, as they lie in the message
    record Span(String traceId, String spanId, String parentId, String name, String attributes, List<String> links) {}

    TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            var sent = exchange.getRequestBody();
            var body = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
                    ? new GZIPInputStream(sent).readAllBytes()
                    : sent.readAllBytes();
            read(body);
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    private void read(byte[] request) {
        for (var resource : fields(request, RESOURCE_SPANS)) {
            for (var scope : fields(resource, SCOPE_SPANS)) {
                fields(scope, SPANS).forEach(span -> spans.add(span(span)));
            }
        }
    }

    private static Span span(byte[] span) {
        return new Span(
                hex(span, TRACE_ID),
                hex(span, SPAN_ID),
                hex(span, PARENT_SPAN_ID),
                fields(span, NAME).stream()
                        .map(TraceCollector::text)
                        .findFirst()
                        .orElse(""),
                String.join(
                        " ",
                        fields(span, ATTRIBUTES).stream()
                                .map(TraceCollector::text)
                                .toList()),
                fields(span, LINKS).stream().map(link -> hex(link, TRACE_ID)).toList());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String hex(byte[] message, int number) {
        return fields(message, number).stream()
                .map(HexFormat.of()::formatHex)
                .findFirst()
                .orElse("");
    }

    /// The fields with this number that have a length.
    private static List<byte[]> fields(byte[] message, int number) {
        var found = new ArrayList<byte[]>();
        var rest = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (rest.hasRemaining()) {
            long tag = varint(rest);
            switch ((int) (tag & 7)) {
                case 0 -> varint(rest);
                case 1 -> rest.getLong();
                case 5 -> rest.getInt();
                case 2 -> {
                    var bytes = new byte[(int) varint(rest)];
                    rest.get(bytes);
                    if (tag >> 3 == number) {
                        found.add(bytes);
                    }
                }
                default -> throw new UncheckedIOException(new IOException("no message"));
            }
        }
        return found;
    }

    private static long varint(ByteBuffer rest) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = rest.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
