-- The two charts of the report: lines over a growing load, and ratios beside their goals.

local svg = require("run.svg")

local charts = {}

local WIDTH, HEIGHT = 720, 360
local LEFT, RIGHT, TOP, BOTTOM = 84, 20, 64, 52

local function short(value)
    for _, unit in ipairs({ { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" } }) do
        if value >= unit[1] then
            return ("%g%s"):format(value / unit[1], unit[2])
        end
    end
    return ("%g"):format(value)
end

-- A round number of steps up to at least `most`.
local function linear_ticks(most)
    local power = 10 ^ math.floor(math.log(most, 10))
    local step = power / 5
    for _, factor in ipairs({ 0.2, 0.25, 0.5, 1, 2 }) do
        step = power * factor
        if most / step <= 6 then
            break
        end
    end
    local ticks = {}
    for at = 0, math.ceil(most / step) do
        ticks[at + 1] = at * step
    end
    return ticks
end

local function power_ticks(least, most)
    local ticks = {}
    for power = math.floor(math.log(least, 10)), math.ceil(math.log(most, 10)) do
        ticks[#ticks + 1] = 10.0 ^ power
    end
    return ticks
end

local function extremes(series)
    local least, most = math.huge, -math.huge
    for _, each in ipairs(series) do
        least = math.min(least, table.unpack(each.y))
        most = math.max(most, table.unpack(each.y))
    end
    return least, most
end

-- A function from values to places between two edges.
local function scale(first, last, from, to, is_log)
    local function place(value)
        return is_log and math.log(value) or value
    end
    return function(value)
        local part = (place(value) - place(first)) / (place(last) - place(first))
        return from + part * (to - from)
    end
end

local function draw_axes(drawing, curve, ticks, place_x, place_y)
    for _, tick in ipairs(ticks) do
        local y = place_y(tick)
        drawing:line(LEFT, y, WIDTH - RIGHT, y)
        drawing:text(LEFT - 8, y + 4, short(tick), { anchor = "end" })
    end
    for _, x in ipairs(curve.x) do
        drawing:text(place_x(x), HEIGHT - BOTTOM + 18, short(x), { anchor = "middle" })
    end
    drawing:text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, curve.x_label, { anchor = "middle" })
    drawing:text(20, (TOP + HEIGHT - BOTTOM) / 2, curve.y_label,
        { anchor = "middle", turned = true })
end

local function draw_legend(drawing, series)
    local x = LEFT
    for at, each in ipairs(series) do
        drawing:bar(x, 42, 12, 4, svg.colours[at])
        drawing:text(x + 18, 48, each.name)
        x = x + 34 + 7 * #each.name
    end
end

-- A curve as rows/all.lua describes it; x grows by factors.
function charts.lines(curve)
    local drawing = svg.new(WIDTH, HEIGHT, curve.title)
    local least, most = extremes(curve.series)
    local ticks = curve.log_y and power_ticks(least, most) or linear_ticks(most)
    local place_x = scale(curve.x[1], curve.x[#curve.x], LEFT + 10, WIDTH - RIGHT - 24, true)
    local place_y = scale(ticks[1], ticks[#ticks], HEIGHT - BOTTOM, TOP, curve.log_y)
    draw_axes(drawing, curve, ticks, place_x, place_y)
    draw_legend(drawing, curve.series)
    for at, each in ipairs(curve.series) do
        local points = {}
        for place, value in ipairs(each.y) do
            points[place] = { place_x(curve.x[place]), place_y(value) }
        end
        drawing:path(points, svg.colours[at])
    end
    return drawing:finish()
end

-- items: { title =, value =, goal =, passed = }.
function charts.ratios(title, items)
    local row_height, left, width = 24, 440, 860
    local height = 70 + row_height * #items
    local drawing = svg.new(width, height, title)
    local most = 1
    for _, item in ipairs(items) do
        most = math.max(most, item.value, item.goal)
    end
    local place = scale(0, most * 1.1, left, width - 60, false)
    drawing:line(place(1), 44, place(1), height - 20, "#8c959f")
    drawing:text(place(1), height - 6, "the peer", { anchor = "middle", size = 11 })
    for at, item in ipairs(items) do
        local y = 28 + row_height * at
        drawing:text(left - 10, y + 11, item.title, { anchor = "end" })
        drawing:bar(left, y, place(item.value) - left, 14, svg.colours[item.passed and 1 or 2])
        drawing:line(place(item.goal), y - 3, place(item.goal), y + 17, "#1f2328", 2)
        drawing:text(math.max(place(item.value), place(item.goal)) + 6, y + 11,
            ("%.2f"):format(item.value))
    end
    return drawing:finish()
end

return charts
