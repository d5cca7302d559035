// Gives every text on the page that is hard to tell from its ground.
const channels = (color) => color.match(/[\d.]+/g).map(Number);
const light = (color) => {
  const [red, green, blue] = channels(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const ground = (element) => {
  for (let part = element; part; part = part.parentElement) {
    const color = getComputedStyle(part).backgroundColor;
    if (channels(color)[3] !== 0) return color;
  }
  return "rgb(255, 255, 255)";
};
const contrast = (element) => {
  const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};
const isText = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "";
return Array.from(document.body.querySelectorAll("*"))
  .filter((element) => Array.from(element.childNodes).some(isText))
  .filter((element) => contrast(element) < 4.5)
  .map((element) => `${contrast(element).toFixed(2)}: ${element.textContent.trim()}`);
