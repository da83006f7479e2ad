import { joinKey, personKey } from "../../../core/ids.ts";
import type { Review } from "../../../core/review.ts";
import type { Storage } from "../../../core/storage.ts";
import type { Reviews } from "../../../core/stores.ts";

const collection = "reviews";
const pageSize = 100;

/** Reviews as records, found by person and by age. */
export function createReviews({ records }: Pick<Storage, "records">): Reviews {
  return {
    async get(id) {
      const stored = await records.get<Review>(collection, id);
      return { value: stored?.value, version: stored?.version ?? 0 };
    },

    putting(review, ifVersion) {
      const { id, at, place, author } = review;
      const person = personKey(place.platform, place.workspace, author.id);
      return {
        op: "records.put",
        collection,
        id,
        value: review,
        ifVersion,
        indexes: {
          person: [{ value: person, rank: at }],
          workspace: [{ value: joinKey(place.platform, place.workspace), rank: at }],
          age: [{ value: "all", rank: at }],
        },
      };
    },

    async sweep(before) {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- what was found is gone before more is looked for.
        const { items } = await records.list<Review>(collection, "age", "all", { limit: pageSize });
        const old = items.filter(({ value }) => value.at < before);
        // oxlint-disable-next-line no-await-in-loop -- as above.
        await Promise.all(old.map(({ id }) => records.delete({ collection, id })));
        if (old.length < pageSize) return;
      }
    },
  };
}
