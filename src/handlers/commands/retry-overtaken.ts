import { AppError } from "../../core/errors.ts";

const maxTries = 10;

/** Reads, decides and writes again where somebody else wrote in between. @throws AppError, `version_conflict` in the end */
export async function retryOvertaken<Result>(change: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- each try begins with what the one before ran into.
      return await change();
    } catch (error) {
      const isOvertaken = error instanceof AppError && error.code === "version_conflict";
      if (!isOvertaken || tries === maxTries) throw error;
    }
  }
}
