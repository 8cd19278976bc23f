// The fastest receiver in JavaScript: Fastify and @platformatic/kafka, a process for each of two processors.
const cluster = require('node:cluster');

const { PORT, KAFKA_BOOTSTRAP_SERVERS, TOPIC, PUBLIC_URL, AUTH_TOKEN } = process.env;

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  process.on('SIGTERM', () => {
    Object.values(cluster.workers).forEach((worker) => worker.kill());
    process.exit(0);
  });
} else {
  const fastify = require('fastify')();
  const twilio = require('twilio');
  const { Producer, stringSerializers } = require('@platformatic/kafka');
  const producer = new Producer({
    clientId: `fastify-${process.pid}`,
    bootstrapBrokers: KAFKA_BOOTSTRAP_SERVERS.split(','),
    serializers: stringSerializers,
    acks: -1,
  });
  fastify.register(require('@fastify/formbody'));
  fastify.post('/webhooks/conversations', async (request, reply) => {
    const signature = request.headers['x-twilio-signature'] ?? '';
    if (!twilio.validateRequest(AUTH_TOKEN, signature, PUBLIC_URL, request.body)) {
      return reply.code(403).send();
    }
    await producer.send({
      messages: [{ topic: TOPIC, key: request.body.ConversationSid, value: JSON.stringify(request.body) }],
      acks: -1,
    });
    return reply.code(204).send();
  });
  fastify.listen({ port: Number(PORT), host: '127.0.0.1' });
}
