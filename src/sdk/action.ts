/** Actions: named units of work beside the pipeline (train, export, ...). */
import type { z } from 'zod';
import type { Context } from './context.js';

/** What `defineAction` takes. The worker parses `params` by the schema before it calls `run`. */
export interface ActionDefinition<Params extends z.ZodType = z.ZodType, Result = unknown> {
  name: string;
  description?: string;
  params: Params;
  run(params: z.infer<Params>, context: Context): Result | Promise<Result>;
}

/** Declares an action with its types inferred from the schema. */
export function defineAction<Params extends z.ZodType, Result>(action: ActionDefinition<Params, Result>): ActionDefinition<Params, Result> {
  return action;
}
