package org.transcriptpipeline.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.security.MessageDigest;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.transcriptpipeline.signature.FormParameters;
import org.transcriptpipeline.signature.TwilioSignature;

/// As little as possible around the check of a signature and a Kafka producer: no decoding, no limits, no metrics, no
/// spill. The body is the record.
final class BareReceiver {

    private static final byte[] CONVERSATION_SID = "ConversationSid".getBytes(UTF_8);

    private BareReceiver() {}

    public static void main(String[] arguments) throws InterruptedException {
        var environment = System.getenv();
        var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        environment.get("KAFKA_BOOTSTRAP_SERVERS"),
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "batch.size",
                        64 * 1024,
                        "buffer.memory",
                        32 * 1024 * 1024),
                new StringSerializer(),
                new ByteArraySerializer());
        var loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1000)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(64 * 1024),
                                        new Handler(producer, environment));
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(environment.get("PORT")))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

        private final KafkaProducer<String, byte[]> producer;
        private final String topic;
        private final String url;
        private final String token;

        Handler(KafkaProducer<String, byte[]> producer, Map<String, String> environment) {
            this.producer = producer;
            this.topic = environment.get("TOPIC");
            this.url = environment.get("PUBLIC_URL");
            this.token = environment.get("AUTH_TOKEN");
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            var body = ByteBufUtil.getBytes(request.content());
            var form = FormParameters.parse(body, 1000);
            var expected = TwilioSignature.of(token, url, TwilioSignature.signedPartOf(form));
            var given = request.headers().get("X-Twilio-Signature", "").getBytes(ISO_8859_1);
            if (!MessageDigest.isEqual(expected, given)) {
                answer(context, HttpResponseStatus.FORBIDDEN);
                return;
            }
            var key = new String(form.valuesOf(CONVERSATION_SID).getFirst(), UTF_8);
            producer.send(
                    new ProducerRecord<>(topic, key, body),
                    (_, failure) -> answer(
                            context,
                            failure == null ? HttpResponseStatus.NO_CONTENT : HttpResponseStatus.SERVICE_UNAVAILABLE));
        }

        private static void answer(ChannelHandlerContext context, HttpResponseStatus status) {
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
            if (status != HttpResponseStatus.NO_CONTENT) {
                response.headers().set("Content-Length", 0);
            }
            context.writeAndFlush(response, context.voidPromise());
        }
    }
}
