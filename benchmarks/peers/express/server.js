// The receiver that most would write: Express, the check of the `twilio` package, kafkajs.
const express = require('express');
const twilio = require('twilio');
const { Kafka, logLevel } = require('kafkajs');

const { PORT, KAFKA_BOOTSTRAP_SERVERS, TOPIC, PUBLIC_URL, AUTH_TOKEN } = process.env;
const kafka = new Kafka({ brokers: KAFKA_BOOTSTRAP_SERVERS.split(','), logLevel: logLevel.ERROR });
const producer = kafka.producer({ allowAutoTopicCreation: false });

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/webhooks/conversations', async (request, response) => {
  const signature = request.get('X-Twilio-Signature') ?? '';
  if (!twilio.validateRequest(AUTH_TOKEN, signature, PUBLIC_URL, request.body)) {
    response.status(403).end();
    return;
  }
  await producer.send({
    topic: TOPIC,
    acks: -1,
    messages: [{ key: request.body.ConversationSid, value: JSON.stringify(request.body) }],
  });
  response.status(204).end();
});

producer.connect().then(() => app.listen(Number(PORT), '127.0.0.1'));
