/** Where every payload byte went: seen = delivered + duplicate + conflicting + given up. */
export class PayloadFacts {
  seen = 0;
  delivered = 0;
  duplicate = 0;
  conflicting = 0;
  readonly givenUp: Record<string, number> = {};

  giveUp(why: string, bytes: number): void {
    this.givenUp[why] = (this.givenUp[why] ?? 0) + bytes;
  }
}
