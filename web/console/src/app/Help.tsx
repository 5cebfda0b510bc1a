import { Modal } from "@mantine/core";
import { useStore } from "../realtime/store";
import { Keys } from "../ui/Keys";
import { commands } from "./commands";
import css from "./Help.module.css";

/** The shortcuts that work here. */
export function Help({ opened, close }: { opened: boolean; close: () => void }) {
  const registered = useStore(commands, (all) => all);
  const all = [...registered.values()].flat().filter(({ keys }) => keys !== undefined);
  const groups = [...new Set(all.map(({ group }) => group))];
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h2 className={css.heading}>{group}</h2>
            <dl className={css.list}>
              {all
                .filter((command) => command.group === group)
                .map(({ id, title, keys }) => (
                  <div key={id} className={css.row}>
                    <dt>{title}</dt>
                    <dd>
                      <Keys keys={keys ?? ""} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={css.foot}>Single keys work when you are not writing. Esc leaves the box you write in.</p>
    </Modal>
  );
}
