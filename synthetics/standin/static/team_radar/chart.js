// A radar: one axis for each person, as long as the largest number.

const CENTER = 150;
const RADIUS = 96;

function point(number, of, distance) {
  const angle = (2 * Math.PI * number) / of - Math.PI / 2;
  return [CENTER + distance * Math.cos(angle), CENTER + distance * Math.sin(angle)].map((value) => value.toFixed(1));
}

/**
 * @param {[string, number][]} people Name and number of issues.
 * @param {Function} draw Makes elements of SVG.
 */
export function chart(people, draw) {
  const most = Math.max(1, ...people.map(([, count]) => count));
  const rings = [1, 2, 3].map((ring) => draw("circle", { class: "ring", cx: CENTER, cy: CENTER, r: (RADIUS * ring) / 3 }));
  const axes = people.flatMap(([name, count], number) => {
    const [x, y] = point(number, people.length, RADIUS);
    const [labelX, labelY] = point(number, people.length, RADIUS + 22);
    const side = Math.abs(labelX - CENTER) < 5 ? "middle" : labelX > CENTER ? "start" : "end";
    return [
      draw("line", { class: "axis", x1: CENTER, y1: CENTER, x2: x, y2: y }),
      draw("text", { x: labelX, y: labelY, "text-anchor": side }, `${name.split(" ")[0]} ${count}`),
    ];
  });
  const points = people.map(([, count], number) => point(number, people.length, (RADIUS * count) / most));
  const area = draw("polygon", { class: "area", points: points.map((pair) => pair.join(",")).join(" ") });
  const dots = points.map(([x, y]) => draw("circle", { class: "dot", cx: x, cy: y, r: 4 }));
  const label = `Open issues: ${people.map(([name, count]) => `${name} ${count}`).join(", ")}`;
  return draw("svg", { viewBox: "-80 15 460 255", role: "img", "aria-label": label }, ...rings, ...axes, area, ...dots);
}
