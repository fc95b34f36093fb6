-- Drawing in SVG: the few shapes that charts are made of, on a light ground that any page's theme
-- leaves readable.

local svg = {}

local Drawing = {}
Drawing.__index = Drawing

svg.colours = { "#1f6feb", "#d4572a", "#2da44e", "#8250df" }

local function escape(text)
    return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

function svg.new(width, height, title)
    local self = setmetatable({ parts = {}, width = width, height = height }, Drawing)
    self:add('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" '
        .. 'font-family="sans-serif" font-size="12">', width, height, width, height)
    self:add("<title>%s</title>", escape(title))
    self:add('<rect width="%d" height="%d" rx="6" fill="#ffffff" stroke="#d0d7de"/>', width, height)
    self:text(16, 26, title, { size = 15, weight = "bold" })
    return self
end

function Drawing:add(format, ...)
    self.parts[#self.parts + 1] = format:format(...)
end

-- options: anchor (start, middle, end), size, weight, colour, turned (reads upwards).
function Drawing:text(x, y, text, options)
    options = options or {}
    self:add('<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%d" font-weight="%s" '
        .. 'fill="%s"%s>%s</text>', x, y, options.anchor or "start", options.size or 12,
        options.weight or "normal", options.colour or "#1f2328",
        options.turned and (' transform="rotate(-90 %.1f %.1f)"'):format(x, y) or "",
        escape(text))
end

function Drawing:line(x1, y1, x2, y2, colour, width)
    self:add('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="%g"/>', x1,
        y1, x2, y2, colour or "#d0d7de", width or 1)
end

function Drawing:bar(x, y, width, height, colour)
    self:add('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>', x, y, width, height,
        colour)
end

-- Points are { x, y }.
function Drawing:path(points, colour)
    local list = {}
    for at, point in ipairs(points) do
        list[at] = ("%.1f,%.1f"):format(point[1], point[2])
        self:add('<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>', point[1], point[2], colour)
    end
    self:add('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>',
        table.concat(list, " "), colour)
end

function Drawing:finish()
    return table.concat(self.parts, "\n") .. "\n</svg>\n"
end

return svg
