-- What the benchmark makes of its numbers: lua tests/bench/run_test.lua

local here = arg[0]:match("^(.*)[/\\][^/\\]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local charts = require("run.charts")
local docs = require("run.docs")
local json = require("run.json")
local options = require("run.options")
local report = require("run.report")
local stats = require("run.stats")

local failures = 0

local function expect(what, actual, expected)
    if actual ~= expected then
        failures = failures + 1
        io.stderr:write(("%s:\n  found    %s\n  expected %s\n"):format(what, tostring(actual),
            tostring(expected)))
    end
end

expect("the median of an odd number", stats.median({ 5, 1, 9 }), 5)
expect("the median of an even number", stats.median({ 4, 1, 9, 6 }), 5.0)
local unsorted = { 3, 1, 2 }
stats.median(unsorted)
expect("a median leaves its list as it was", table.concat(unsorted, " "), "3 1 2")
expect("the worst", stats.worst({ 3, 9, 1 }), 9)
expect("ratios are of the same round", table.concat(stats.ratios({ 2, 9 }, { 1, 3 }), " "),
    "2.0 3.0")

expect("a ratio that reaches its goal", report.verdict({ value = 1.1, least = 1.1 }), "ok")
expect("one that does not", report.verdict({ value = 1.09, least = 1.1 }), "MISS")
expect("a time within its limit", report.verdict({ value = 3, most = 3 }), "ok")
expect("a time beyond it", report.verdict({ value = 3.1, most = 3 }), "MISS")
expect("a value without a goal", report.verdict({ value = 3 }), "")
expect("thousands", report.scaled(12345), "12.3 k")
expect("millions", report.scaled(1234567), "1.23 M")
expect("hundreds", report.scaled(512), "512")

expect("JSON of everything", json.encode({ b = { 1, 2.5 }, a = 'x"\n', c = true, d = {} }),
    '{\n  "a": "x\\u0022\\u000a",\n  "b": [1, 2.5],\n  "c": true,\n  "d": []\n}\n')
expect("JSON of no number", json.encode({ a = 0 / 0 }), '{\n  "a": null\n}\n')

local parsed = options.parse({ "--rounds", "3", "--seconds=0.5", "small-files", "--quick" })
expect("rounds", parsed.rounds, 3)
expect("seconds", parsed.seconds, 0.5)
expect("a row", parsed.names[1], "small-files")
expect("quick", parsed.quick, true)
expect("no rounds", select(2, options.parse({ "--rounds", "0" })),
    "--rounds and --seconds: not positive")
expect("an option without its value", select(2, options.parse({ "--json" })),
    "--json: a value is missing")
expect("a percentage", options.parse({ "--calm", "25" }).calm, 0.25)
expect("no percentage", select(2, options.parse({ "--calm", "much" })), "--calm: no percentage")
expect("an unknown option", select(2, options.parse({ "--fast" })), "unknown option --fast")

local text = docs.replace("# A\n\nwords\n", "one\n")
expect("a text without figures gets them", text:match("one"), "one")
local again = docs.replace(text .. "more words\n", "two\n")
expect("new figures take the old ones' place", again:match("one"), nil)
expect("what is around them stays", again:match("words\n.*two.*more words\n$") ~= nil, true)
expect("again and again", docs.replace(again, "two\n"), again)

local function is_whole(drawing)
    return drawing:find("^<svg ") ~= nil and drawing:find("</svg>\n$") ~= nil
        and not drawing:find("nan") and not drawing:find("inf")
end
local curve = { title = "a < b", x_label = "x", y_label = "y", x = { 1, 10, 100 },
    series = { { name = "first", y = { 5, 2000, 30 } }, { name = "second", y = { 1, 1, 1 } } } }
expect("a drawing of lines", is_whole(charts.lines(curve)), true)
curve.log_y = true
expect("one with a growing scale", is_whole(charts.lines(curve)), true)
expect("one of bars", is_whole(charts.ratios("ratios", {
    { title = "fine", value = 2, goal = 1, passed = true },
    { title = "bad", value = 0.1, goal = 1, passed = false } })), true)
expect("titles are escaped", charts.lines(curve):find("a < b", 1, true), nil)

print(failures == 0 and "bench/run: all as expected" or failures .. " not as expected")
os.exit(failures == 0 and 0 or 1)
