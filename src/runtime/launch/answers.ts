/** Answers to what a worker asks its supervisor: secrets, language models, files, native modules. */
import { Failure, messageOf } from '../../errors/index.js';
import type { RpcReply, RpcRequest } from '../../protocol/wire.js';

/** What answers a question. @throws Failure to refuse; anything else that it throws is a refusal, too. */
export type Serve = (method: string, params: Record<string, unknown>) => Promise<unknown>;

/**
 * Answers each question when its answer is there, in whatever order.
 *
 * @param mostOpen questions beyond this many at the same time are refused
 * @param reply sends an answer, if there is still somebody to send it to
 */
export function answering(serve: Serve, mostOpen: number, reply: (answer: RpcReply) => void): (question: RpcRequest) => Promise<void> {
  let open = 0;
  return async ({ id, method, params }) => {
    try {
      if (++open > mostOpen) throw new Failure({ code: 'too-many-questions', message: `More than ${mostOpen} questions are open at the same time.`, next: 'Wait for answers before you ask again.' });
      reply({ type: 'rpc', id, ok: true, result: await serve(method, params) });
    } catch (error) {
      const { code, message, why, next } = error instanceof Failure ? error : new Failure({ code: 'service-failed', message: messageOf(error) });
      reply({ type: 'rpc', id, ok: false, error: { code, message, ...(why && { why }), ...(next && { next }) } });
    } finally {
      open--;
    }
  };
}
