import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Navigate, NavLink, Route, Routes, useLocation, useNavigate } from "react-router";
import { type Command, useCommands } from "../../app/commands";
import { useSession } from "../../session/session";
import { Await } from "../../ui/Await";
import { Empty } from "../../ui/Empty";
import css from "./Editor.module.css";
import { RailSlot } from "./Rail";
import { type Section, SECTIONS } from "./sections";

function Links({ sections, className }: { sections: readonly Section[]; className: string | undefined }) {
  return sections.map(({ path, title, icon: Icon }) => (
    <NavLink key={path} to={`/knowledge/${path}`} className={className ?? ""}>
      <Icon size={16} stroke={1.75} aria-hidden="true" />
      {title}
    </NavLink>
  ));
}

/** The knowledge area: its parts on the left (above, where there is little room), the chosen one beside them. */
export default function Editor() {
  const { permissions } = useSession().me;
  const go = useNavigate();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const sections = useMemo(() => SECTIONS.filter(({ permission }) => permissions.has(permission)), [permissions]);
  const first = sections[0];
  const commands = useMemo<Command[]>(
    () =>
      sections.map(({ path, title }) => ({
        id: `knowledge-${path}`,
        title: `Go to ${title.toLowerCase()}`,
        group: "Knowledge",
        ...(path === "articles" ? { keys: "g a" } : {}),
        run: () => void go(`/knowledge/${path}`),
      })),
    [sections, go],
  );
  useCommands(commands);
  const nav = useRef<HTMLElement>(null);
  const part = useLocation().pathname.split("/")[2];
  useEffect(() => {
    // Where the parts stand in one line that is too narrow for them, the present one is brought into view.
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [part]);
  const put = useCallback((element: HTMLElement | null) => setSlot(element), []);
  return (
    <div className={css.area}>
      <h1 className="sr">Knowledge</h1>
      <nav ref={nav} className={css.rail} aria-label="Knowledge">
        <p className={css.title} aria-hidden="true">
          Knowledge
        </p>
        <div className={css.links}>
          <Links sections={sections} className={css.link} />
        </div>
        <div ref={put} className={css.slot} />
      </nav>
      <div className={css.screen}>
        <RailSlot value={slot}>
          <Suspense fallback={<Await what="Loading" />}>
            <Routes>
              {sections.map(({ path, Screen }) => (
                <Route key={path} path={`${path}/*`} element={<Screen />} />
              ))}
              {SECTIONS.filter(({ permission }) => !permissions.has(permission)).map(({ path, title, permission }) => (
                <Route
                  key={path}
                  path={`${path}/*`}
                  element={
                    <Empty title={`${title}: not for your role`}>
                      It needs the permission “{permission}”, which knowledge editors have. An administrator can give it to you.
                    </Empty>
                  }
                />
              ))}
              <Route index element={<Navigate to={`/knowledge/${first?.path ?? ""}`} replace />} />
              <Route
                path="*"
                element={<Empty title="There is nothing at this address">Choose a part on the left.</Empty>}
              />
            </Routes>
          </Suspense>
        </RailSlot>
      </div>
    </div>
  );
}
