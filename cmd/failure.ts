/** How a run ends: the exit statuses of the contract, and the error that carries one. */

export const exitStatus = {
  done: 0,
  conditionFailed: 1,
  usage: 2,
  cannotOpen: 3,
  partial: 4,
  cannotWrite: 5,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Ends the run with one line that teaches and a status; never with a stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly status: ExitStatus;

  constructor(status: ExitStatus, message: string) {
    super(message);
    this.status = status;
  }
}

export const wrongUsage = (message: string): Failure => new Failure(exitStatus.usage, message);
