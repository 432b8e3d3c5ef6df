export function buildSteps() {
  return { steps: [] };
}

throw new Error('broken at import');
