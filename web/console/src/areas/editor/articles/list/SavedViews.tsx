import { ActionIcon, Button, Checkbox, Menu, Modal, TextInput } from "@mantine/core";
import { IconBookmark, IconDots, IconUsers } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import { asProblem } from "../../../../api/problem";
import { useMay } from "../../../../session/session";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { Rail } from "../../Rail";
import { LIST } from "../addresses";
import { articlesApi } from "../api";
import { keys } from "../queries";
import type { SavedView } from "../types";
import { type Filters, fromSaved, sameFilters, toParams, toQuery } from "./filters";
import css from "./list.module.css";
import { type NamedView, OWN_VIEWS } from "./views";

export const useViews = () => useQuery({ queryKey: keys.views, queryFn: articlesApi.views, staleTime: 60_000 });

const address = (filters: Filters): string => {
  const search = toParams(filters).toString();
  return search === "" ? LIST : `${LIST}?${search}`;
};

/** How many lines a view has. One small question each, asked anew at most once a minute. */
function Count({ filters }: { filters: Filters }) {
  const query = toQuery(filters);
  const found = useQuery({
    queryKey: ["articles", "counts", query],
    queryFn: ({ signal }) => articlesApi.list({ ...query, limit: 1 }, signal),
    staleTime: 60_000,
  });
  return <span className={css.count}>{found.data?.total?.toLocaleString("en") ?? ""}</span>;
}

function ViewLink({ view, filters }: { view: NamedView; filters: Filters }) {
  return (
    <Link
      to={address(view.filters)}
      className={css.view ?? ""}
      aria-current={sameFilters(view.filters, filters) ? "true" : undefined}
    >
      <span className={css.viewName}>{view.name}</span>
      <Count filters={view.filters} />
    </Link>
  );
}

/** Asks for a name; keeps a new view, or the same one under another name. */
function NameView({ filters, view, close }: { filters: Filters; view: SavedView | null; close: () => void }) {
  const queries = useQueryClient();
  const mayShare = useMay("knowledge.edit");
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const save = useMutation({
    mutationFn: async () => {
      const query = view ? toQuery(fromSaved(view.query)) : toQuery(filters);
      await articlesApi.saveView(name.trim(), query, shared);
      if (view) await articlesApi.deleteView(view.id);
    },
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.views }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <TextInput
        label="Name"
        data-autofocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox
        label="Show it to everybody"
        description={mayShare ? undefined : "Editors can share views"}
        disabled={!mayShare}
        checked={shared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
      {save.isError && <ProblemNote problem={asProblem(save.error)} />}
      <div className={css.actions}>
        <Button variant="subtle" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" loading={save.isPending} disabled={name.trim() === ""}>
          {view ? "Save" : "Save view"}
        </Button>
      </div>
    </form>
  );
}

/** The views: under the navigation where there is room, and as a menu where there is not. */
export function SavedViews({ filters }: { filters: Filters }) {
  const queries = useQueryClient();
  const go = useNavigate();
  const views = useViews();
  const [naming, setNaming] = useState<{ view: SavedView | null } | null>(null);
  const drop = useMutation({
    mutationFn: articlesApi.deleteView,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.views }),
  });
  const saved = views.data?.items ?? [];
  const named = saved.map((view) => ({ view, id: view.id, name: view.name, filters: fromSaved(view.query) }));
  const isKnown = [...OWN_VIEWS, ...named].some((view) => sameFilters(view.filters, filters));
  return (
    <>
      <Rail>
        <h2 className={css.railTitle}>Views</h2>
        <ul className={css.views}>
          {OWN_VIEWS.map((view) => (
            <li key={view.id}>
              <ViewLink view={view} filters={filters} />
            </li>
          ))}
        </ul>
        {named.length > 0 && (
          <>
            <h2 className={css.railTitle}>Saved</h2>
            <ul className={css.views}>
              {named.map((one) => (
                <li key={one.id} className={css.savedView}>
                  <ViewLink view={one} filters={filters} />
                  {one.view.shared && (
                    <IconUsers size={13} className={css.shared} role="img" aria-label="Everybody sees this view" />
                  )}
                  {one.view.mine !== false && (
                    <Menu position="bottom-end" width={180}>
                      <Menu.Target>
                        <ActionIcon size={24} className={css.more ?? ""} aria-label={`What to do with ${one.name}`}>
                          <IconDots size={15} aria-hidden="true" />
                        </ActionIcon>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item onClick={() => setNaming({ view: one.view })}>Rename or share…</Menu.Item>
                        <Menu.Item onClick={() => drop.mutate(one.id)}>Delete view</Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
        {drop.isError && <ProblemNote problem={asProblem(drop.error)} />}
      </Rail>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <Button
            size="xs"
            variant="subtle"
            className={css.viewsButton ?? ""}
            leftSection={<IconBookmark size={14} aria-hidden="true" />}
          >
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {[...OWN_VIEWS, ...named].map((view) => (
            <Menu.Item key={view.id} onClick={() => void go(address(view.filters))}>
              {view.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {!isKnown && (
        <Button size="compact-xs" variant="subtle" onClick={() => setNaming({ view: null })}>
          Save view…
        </Button>
      )}
      <Modal
        opened={naming !== null}
        onClose={() => setNaming(null)}
        title={naming?.view ? "Rename or share the view" : "Save these filters as a view"}
        size="sm"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {naming && <NameView filters={filters} view={naming.view} close={() => setNaming(null)} />}
      </Modal>
    </>
  );
}
