/** Answers that somebody else has written. */

/** A body that is JSON text already: it is sent as it is, without being held against the route's schema. */
export class JsonText {
  constructor(readonly text: string) {}
}
