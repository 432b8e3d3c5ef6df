/** A bare Fastify server that answers with what it was sent. Prints its port. */
import { fastify } from 'fastify';

const app = fastify();
app.post('/', (request) => request.body);
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${app.server.address().port}\n`);
