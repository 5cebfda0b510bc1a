import { Select, TextInput } from "@mantine/core";
import { useSession } from "../../../session/session";
import { useFacets } from "../articles/queries";

interface Named {
  id: string | null;
  name: string;
}

/** Who does something, and until when: you, and everybody who answers for an article. */
export function OwnerDue({
  owner,
  known,
  due,
  nobody,
  change,
}: {
  owner: string | null;
  /** Somebody who may not answer for any article. */
  known?: Named | null;
  /** As the date field writes it. */
  due: string;
  nobody: string;
  change: (next: { owner?: string | null; due?: string }) => void;
}) {
  const { me } = useSession();
  const facets = useFacets();
  const people = new Map([[me.id, `${me.name} (you)`]]);
  for (const { id, name } of [...(facets.data?.owners ?? []), ...(known ? [known] : [])])
    if (id !== null && !people.has(id)) people.set(id, name);
  return (
    <>
      <Select
        label="Who"
        placeholder={nobody}
        clearable
        searchable
        nothingFoundMessage="Nobody of this name answers for an article"
        data={[...people].map(([value, label]) => ({ value, label }))}
        value={owner}
        onChange={(id) => change({ owner: id })}
      />
      <TextInput
        type="date"
        label="Until"
        value={due}
        onChange={(event) => change({ due: event.currentTarget.value })}
      />
    </>
  );
}
