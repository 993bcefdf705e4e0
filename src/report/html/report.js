// SPDX-License-Identifier: Apache-2.0
// What the page does beyond being read: sorting, folding and filtering of tables, the choice of a scenario, charts.
"use strict";
(() => {
	// The same hues on white and on black, each with a contrast of 3 against it.
	const onWhite = ["#0072b2", "#d55e00", "#009e73", "#b85f92", "#8a6d00", "#2b8fc7", "#7a3db8", "#5a5a5a"];
	const onBlack = ["#3d9ad6", "#ef7d2e", "#23b88c", "#dd92bb", "#c2a02a", "#83cdf5", "#b18ae0", "#a6a6a6"];
	const data = JSON.parse(document.getElementById("charts").textContent);
	const charts = [], swatches = [];

	const make = (tag, properties, ...children) => {
		const element = Object.assign(document.createElement(tag), properties);
		element.append(...children);
		return element;
	};
	// Charts are drawn anew before the style for paper is in force.
	const paper = { "--ink": "#000000", "--line": "#cccccc" };
	let printing = false;
	const dark = matchMedia("(prefers-color-scheme: dark)");
	const hue = (number) => { const hues = dark.matches && !printing ? onBlack : onWhite; return hues[number % hues.length]; };
	const style = (name) => printing ? paper[name] : getComputedStyle(document.documentElement).getPropertyValue(name).trim();

	// ---- tables ----

	const value = (row, column) => {
		const cell = row.cells[column];
		const number = Number(cell.dataset.v);
		if (cell.dataset.v === "inf") return Infinity;
		if (cell.dataset.v === "-inf") return -Infinity;
		return cell.dataset.v === undefined ? cell.textContent : cell.dataset.v === "" || Number.isNaN(number) ? null : number;
	};
	// Rows without a number stay behind in both directions.
	const compare = (column, sign) => (a, b) => {
		const x = value(a, column), y = value(b, column);
		if (x === null || y === null) return (x === null) - (y === null);
		return sign * (typeof x === "number" && typeof y === "number" ? (x < y ? -1 : x > y ? 1 : 0)
			: String(x).localeCompare(String(y), "en", { numeric: true }));
	};
	// A row and those below it in the tree.
	const branches = (rows) => {
		const top = { row: null, depth: -1, below: [] }, path = [top];
		for (const row of rows) {
			const depth = Number(row.dataset.depth || 0), branch = { row, depth, below: [] };
			while (path[path.length - 1].depth >= depth) path.pop();
			path[path.length - 1].below.push(branch);
			path.push(branch);
		}
		return top;
	};
	const flatten = (branch, order, out) => {
		for (const next of [...branch.below].sort((a, b) => order(a.row, b.row))) {
			out.push(next.row);
			flatten(next, order, out);
		}
		return out;
	};
	const sortBy = (table, heading, column) => {
		const numbers = heading.classList.contains("n");
		const was = heading.getAttribute("aria-sort");
		const direction = was === null ? (numbers ? "descending" : "ascending") : was === "descending" ? "ascending" : "descending";
		for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
		heading.setAttribute("aria-sort", direction);
		const body = table.tBodies[0];
		body.append(...flatten(branches([...body.rows]), compare(column, direction === "ascending" ? 1 : -1), []));
	};
	const addSorting = (table) => {
		if (!table.tHead || table.tBodies[0].rows.length < 2) return;
		[...table.tHead.rows[0].cells].forEach((heading, column) => {
			const button = make("button", { type: "button" }, ...heading.childNodes);
			button.addEventListener("click", () => sortBy(table, heading, column));
			heading.append(button);
		});
	};

	// What a row is hidden for: folded above it, or not matched by the filter. A search looks into what is folded.
	const show = (table) => {
		const words = (table.filterText || "").toLowerCase();
		let folded = Infinity;
		for (const row of table.tBodies[0].rows) {
			const depth = Number(row.dataset.depth || 0);
			if (depth <= folded) folded = Infinity;
			row.hidden = words ? !row.textContent.toLowerCase().includes(words) : depth > folded;
			if (row.dataset.folded && depth < folded) folded = depth;
		}
	};
	const addFolding = (table) => {
		const rows = [...table.tBodies[0].rows];
		rows.forEach((row, i) => {
			const next = rows[i + 1];
			if (!next || Number(next.dataset.depth) <= Number(row.dataset.depth)) {
				row.cells[0].prepend(make("span", { className: "nofold" }));
				return;
			}
			const button = make("button", { type: "button", className: "fold", textContent: "\u25be" });
			button.setAttribute("aria-expanded", "true");
			button.setAttribute("aria-label", "Fold " + row.cells[0].textContent);
			button.addEventListener("click", () => {
				if (row.dataset.folded) delete row.dataset.folded;
				else row.dataset.folded = "1";
				button.textContent = row.dataset.folded ? "\u25b8" : "\u25be";
				button.setAttribute("aria-expanded", row.dataset.folded ? "false" : "true");
				show(table);
			});
			row.cells[0].prepend(button);
		});
	};
	const addFilter = (table) => {
		const rows = table.tBodies[0].rows;
		if (!table.tHead || rows.length < 8) return;
		const count = make("span", {});
		count.setAttribute("role", "status");
		const input = make("input", { type: "search", placeholder: "Filter rows" });
		input.setAttribute("aria-label", "Filter rows of " + table.parentElement.getAttribute("aria-label"));
		input.addEventListener("input", () => {
			table.filterText = input.value.trim();
			show(table);
			const left = [...rows].filter((row) => !row.hidden).length;
			count.textContent = table.filterText ? left + " of " + rows.length + " rows" : "";
		});
		table.parentElement.before(make("div", { className: "tools" }, input, count));
	};

	// ---- charts ----

	const short = (number) => {
		const units = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
		for (const [size, unit] of units) if (Math.abs(number) >= size) return +(number / size).toPrecision(3) + unit;
		return String(+number.toPrecision(3));
	};
	const full = (number) => number.toLocaleString("en", { maximumSignificantDigits: 7 });
	const faint = (colour) => colour + "2e";
	const colourOf = (series) => series.points ? style("--ink") : hue(series.colour);

	// Three datasets make a curve: the interval's ends, filled between, and the line itself.
	const curve = (series) => {
		const colour = colourOf(series), line = series.data.filter((p) => p[0] !== null && p[1] !== null);
		const points = (k) => series.data.filter((p) => p[0] !== null && p[k] !== null).map((p) => ({ x: p[0], y: p[k] }));
		const base = { label: series.name, borderColor: colour, backgroundColor: faint(colour), pointRadius: 0 };
		if (series.points)
			return [{ ...base, data: line.map((p) => ({ x: p[0], y: p[1] })), showLine: false, pointRadius: 7,
				pointStyle: "rectRot", borderWidth: 2, backgroundColor: "transparent", pointHitRadius: 12 }];
		const edge = { ...base, borderWidth: 0, pointHitRadius: 0, isEdge: true };
		return [{ ...edge, data: points(2), fill: false }, { ...edge, data: points(3), fill: "-1" },
			{ ...base, data: line.map((p) => ({ x: p[0], y: p[1] })), borderWidth: 2.5, fill: false, pointRadius: 2,
				borderDash: series.dashed ? [7, 5] : [], pointHitRadius: 8 }];
	};
	const axis = (title, ticks, type = "logarithmic") => ({
		type, title: { display: title !== "", text: title, color: style("--ink") },
		grid: { color: style("--line") }, ticks: { color: style("--ink"), maxRotation: 0, callback: ticks },
	});
	// Powers of ten, and 2 and 5 between them: more would run into each other.
	const decades = (number) => /^[125]0*$/.test(String(Number(number.toPrecision(6)))) || /^0\.0*[125]$/.test(String(number))
		? short(number) : null;
	const lineChart = (chart) => ({
		type: "line",
		data: { datasets: chart.series.flatMap(curve) },
		options: {
			animation: false, maintainAspectRatio: false, parsing: false,
			scales: chart.linear ? { x: axis(chart.x, short, "linear"), y: axis(chart.y, short, "linear") }
				: { x: axis(chart.x, decades), y: axis(chart.y, decades) },
			plugins: {
				legend: { display: false },
				tooltip: {
					filter: (item) => !item.dataset.isEdge,
					callbacks: {
						title: (items) => items.length ? (chart.linear ? "Budget " : "Return period ") + full(items[0].parsed.x) : "",
						label: (item) => item.dataset.label + ": " + full(item.parsed.y),
					},
				},
			},
		},
	});
	// Names may take up two fifths of a chart; a letter is at most 8 pixels wide.
	const shorten = function (index) {
		const name = this.getLabelForValue(index), most = Math.max(10, Math.floor(this.chart.width * 0.4 / 8));
		return name.length > most ? name.slice(0, most - 1) + "\u2026" : name;
	};
	const barChart = (chart) => ({
		type: "bar",
		data: {
			labels: chart.series[0].data.map((p) => p[0]),
			datasets: [{ label: chart.series[0].name, data: chart.series[0].data.map((p) => p[2] !== null && p[3] !== null ? [p[2], p[3]] : p[1]),
				backgroundColor: hue(chart.series[0].colour), maxBarThickness: 26 }],
		},
		options: {
			animation: false, maintainAspectRatio: false, indexAxis: "y",
			scales: {
				x: { beginAtZero: !chart.linear, title: { display: true, text: chart.x, color: style("--ink") },
					grid: { color: style("--line") }, ticks: { color: style("--ink"), maxRotation: 0, callback: (v) => short(v) } },
				y: { grid: { display: false }, ticks: { color: style("--ink"), autoSkip: false, callback: shorten } },
			},
			plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => Array.isArray(item.raw) ? item.raw.map(full).join(" to ") : full(item.parsed.x) } } },
		},
	});

	// A line of its own for each bar's name.
	const stretch = (holder, chart) => {
		if (chart.bars) holder.style.height = chart.series[0].data.length * (printing ? 17 : 24) + 70 + "px";
	};
	const draw = (holder) => {
		const chart = data[Number(holder.dataset.chart)];
		stretch(holder, chart);
		const drawn = new Chart(holder.querySelector("canvas"), chart.bars ? barChart(chart) : lineChart(chart));
		charts.push({ holder, chart, drawn });
		if (!chart.bars) addSwitches(holder, chart, drawn);
	};
	const setShown = (chart, drawn, index, on) => {
		let first = 0;
		chart.series.forEach((series, i) => {
			const count = series.points ? 1 : 3;
			if (i === index) for (let k = first; k < first + count; k++) drawn.setDatasetVisibility(k, on);
			first += count;
		});
	};
	const addSwitches = (holder, chart, drawn) => {
		const set = make("fieldset", {}, make("legend", { textContent: "Curves" }));
		const many = chart.series.length > 6;
		chart.series.forEach((series, i) => {
			const box = make("input", { type: "checkbox", checked: !(many && series.dashed) });
			const swatch = make("span", { className: "swatch" + (series.dashed ? " dashed" : series.points ? " points" : "") });
			swatch.style.color = colourOf(series);
			swatches.push({ swatch, series });
			box.addEventListener("change", () => { setShown(chart, drawn, i, box.checked); drawn.update(); });
			if (!box.checked) setShown(chart, drawn, i, false);
			set.append(make("label", {}, box, swatch, series.name));
		});
		holder.before(set);
		drawn.update();
	};
	// Charts are drawn when they come into view of the layout: one that is hidden has no size.
	const drawVisible = () => {
		for (const holder of document.querySelectorAll("[data-chart]"))
			if (holder.offsetParent !== null && !charts.some((c) => c.holder === holder)) draw(holder);
	};
	const fit = () => {
		for (const { holder, chart, drawn } of charts) {
			stretch(holder, chart);
			drawn.resize();
		}
	};
	const recolour = () => {
		for (const { chart, drawn } of charts) {
			const fresh = chart.bars ? barChart(chart) : lineChart(chart);
			drawn.options.scales = fresh.options.scales;
			drawn.data.datasets.forEach((set, i) => {
				set.borderColor = fresh.data.datasets[i].borderColor;
				set.backgroundColor = fresh.data.datasets[i].backgroundColor;
			});
			drawn.update();
		}
		for (const { swatch, series } of swatches) swatch.style.color = colourOf(series);
	};

	// ---- the choice of a scenario ----

	const sections = [...document.querySelectorAll("section[data-scenario]")];
	const choose = (wanted) => {
		for (const section of sections) section.hidden = wanted !== "" && section.dataset.scenario !== wanted;
		for (const link of document.querySelectorAll("[data-of]"))
			link.parentElement.hidden = wanted !== "" && link.dataset.of !== wanted;
		drawVisible();
	};
	const addChoice = () => {
		if (sections.length < 2) return;
		const select = make("select", { id: "scenario" });
		for (const section of sections)
			select.append(make("option", { value: section.dataset.scenario, textContent: section.querySelector("h2").textContent }));
		select.append(make("option", { value: "", textContent: "All scenarios, one below the other" }));
		select.addEventListener("change", () => choose(select.value));
		const label = make("label", { textContent: "Tables show: " });
		label.append(select);
		document.querySelector("nav").append(make("div", { className: "choice" }, label));
		choose(select.value);
	};

	for (const table of document.querySelectorAll("table")) {
		addSorting(table);
		if (table.classList.contains("tree")) addFolding(table);
		addFilter(table);
	}
	// A network may be scrolled; made much smaller it could not be read.
	for (const image of document.querySelectorAll(".picture img"))
		image.decode().then(() => { image.style.minWidth = Math.round(image.naturalWidth * 0.7) + "px"; }, () => {});
	addChoice();
	drawVisible();
	dark.addEventListener("change", recolour);
	matchMedia("print").addEventListener("change", (query) => { if (!query.matches && !printing) recolour(); });
	addEventListener("beforeprint", () => {
		printing = true;
		document.documentElement.classList.add("on-paper");
		for (const section of sections) section.hidden = false;
		// Longer tables of what a chart shows would fill pages.
		for (const behind of document.querySelectorAll("details"))
			if (behind.querySelectorAll("tbody tr").length <= 40) behind.open = true;
		drawVisible();
		recolour();
		fit();
	});
	addEventListener("afterprint", () => {
		printing = false;
		document.documentElement.classList.remove("on-paper");
		const select = document.getElementById("scenario");
		if (select) choose(select.value);
		recolour();
		fit();
	});
	document.documentElement.dataset.ready = "yes";
})();
