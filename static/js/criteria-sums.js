"use strict";

// Points as whole ten-thousandths: sums are exact, as the server's are. No float ever holds a point.
window.CriteriaSums = (() => {
  const TYPED = /^([+\-−]?)(\d{1,5})(?:[.,](\d{1,4}))?$/;

  // null for nothing, undefined for what is no number.
  const parse = (text) => {
    const typed = text.trim();
    if (!typed) return null;
    const found = TYPED.exec(typed);
    if (!found) return undefined;
    const value = Number(found[2]) * 10000 + Number((found[3] ?? "").padEnd(4, "0"));
    return found[1] && found[1] !== "+" ? -value : value;
  };

  const format = (value) => {
    const size = Math.abs(value);
    const rest = String(size % 10000).padStart(4, "0").replace(/0+$/, "");
    return `${value < 0 ? "-" : ""}${(size - (size % 10000)) / 10000}${rest ? `,${rest}` : ""}`;
  };

  // rows in printing order: {level, side, maximum, minimum, survey}; amounts as texts.
  const worth = (row) => {
    if (row.side !== "penalty") return parse(row.maximum) ?? null;
    const lowest = parse(row.minimum);
    return lowest ? -lowest : null;
  };

  const compute = (rows, head) => {
    const open = [];
    const totals = { scale: 0, bonus: 0, penalty: 0, survey: 0 };
    const close = (level) => {
      while (open.length && open[open.length - 1].row.level >= level) {
        const { row, below, has } = open.pop();
        const own = worth(row);
        const value = own ?? below;
        row.below = has ? below : null;
        row.rest = has && own !== null ? own - below : 0;
        if (row.side !== "scale") row.rest = Math.max(row.rest, 0);
        if (!has && row.survey && row.side === "scale") totals.survey += value;
        if (open.length) {
          const parent = open[open.length - 1];
          parent.below += value;
          parent.has = true;
        } else {
          totals[row.side] += value;
        }
      }
    };
    for (const row of rows) {
      close(row.level);
      open.push({ row, below: 0, has: false });
    }
    close(0);
    const against = (stated, found, cap) => {
      const rest = (parse(stated) ?? 0) - found;
      return { found, stated, rest: cap ? Math.max(rest, 0) : rest };
    };
    return {
      scale: against(head.scale, totals.scale),
      survey: against(head.survey_points, totals.survey),
      bonus: against(head.bonus_cap, totals.bonus, true),
      penalty: against(head.penalty_cap, totals.penalty, true),
      leaves: rows.filter((row) => row.below === null).length,
    };
  };

  return { parse, format, compute };
})();
