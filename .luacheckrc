std = "lua54"
max_line_length = 100
self = false -- a method need not use its object
include_files = { "**/*.lua", ".luacheckrc" }
