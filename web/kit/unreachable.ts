/** The end of an exhaustive switch: a case that is not handled does not compile, and one unknown at run time is ignored. */
export function unreachable<T>(_: never, otherwise: T): T {
  return otherwise;
}
