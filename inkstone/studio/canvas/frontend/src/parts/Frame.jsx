// A group: a coloured frame around its nodes. Dragging it moves them.
import { memo } from "react";
import { useCanvas, useValue } from "../context.js";
import RenameField from "./RenameField.jsx";

function Frame({ id, data, selected }) {
  const { renaming, actions, readOnly } = useCanvas();
  const isRenaming = useValue(renaming, (value) => value === id);
  const { group, index, width, height } = data;
  return (
    <div className={`frame ${selected ? "is-selected" : ""}`} style={{ width, height, "--frame": group.color || undefined }}
      data-group={index}>
      <div className="frame-title" onDoubleClick={() => readOnly || renaming.set(id)}>
        {isRenaming
          ? <RenameField value={group.title} onDone={(title) => actions.renameGroup(index, title)} />
          : group.title}
      </div>
    </div>
  );
}

export default memo(Frame);
