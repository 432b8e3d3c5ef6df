/** Schemas that several routes share. */
import { z } from 'zod';

export const errorSchema = z.object({
  success: z.literal(false),
  status: z.int(),
  error: z.object({ message: z.string(), type: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
});

export const validationStatus = z.enum(['pending', 'passed', 'failed']);
export const deploymentStatus = z.enum(['deployed', 'pending', 'failed', 'not_deployed']);
/** As `2026-11-21T10:00:00.000Z`. */
export const time = z.string().meta({ format: 'date-time' });
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A flag in a query, where everything is text; described as what it means. */
export const flag = z.stringbool().default(false).meta({ type: 'boolean' });
