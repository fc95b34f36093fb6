/*
 * The Lua module `process.folder`: making and listing folders, the two things about files that
 * standard Lua cannot do. It lives in the same library as `process`.
 *
 *   folder.make(path)   makes it and the missing ones above it; true, or nil and an error text
 *   folder.list(path)   an array of { name =, kind = "file", "folder" or "other", size = },
 *                       or nil and an error text
 */
#include <lauxlib.h>
#include <lua.h>

#include "plat/file.h"
#include "process_lua.h"

static int folder_make(lua_State *L)
{
    struct plat_folder *folder = NULL;
    int error = plat_folder_open(&folder, luaL_checkstring(L, 1), true, NULL);

    if (error != 0)
        return process_push_error(L, error);
    plat_folder_close(folder);
    lua_pushboolean(L, 1);
    return 1;
}

static const char *kind_name(enum plat_file_kind kind)
{
    switch (kind) {
    case PLAT_KIND_FILE: return "file";
    case PLAT_KIND_FOLDER: return "folder";
    default: return "other";
    }
}

static void push_entry(lua_State *L, const char *name, const struct plat_file_info *info)
{
    lua_createtable(L, 0, 3);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, kind_name(info->kind));
    lua_setfield(L, -2, "kind");
    lua_pushinteger(L, (lua_Integer)info->size);
    lua_setfield(L, -2, "size");
}

/* Fills the table on the top of the stack. 0 or a plat error. */
static int list_into(lua_State *L, struct plat_folder *folder)
{
    struct plat_listing *listing = NULL;
    struct plat_file_info info;
    const char *name;
    lua_Integer count = 0;
    int status = plat_listing_open(&listing, folder, "");

    while (status == 0 && (status = plat_listing_next(listing, &name, &info)) == 0) {
        push_entry(L, name, &info);
        lua_rawseti(L, -2, ++count);
    }
    plat_listing_close(listing);
    return status == PLAT_END ? 0 : status;
}

static int folder_list(lua_State *L)
{
    struct plat_folder *folder = NULL;
    int error = plat_folder_open(&folder, luaL_checkstring(L, 1), false, NULL);

    if (error != 0)
        return process_push_error(L, error);
    lua_newtable(L);
    error = list_into(L, folder);
    plat_folder_close(folder);
    return error == 0 ? 1 : process_push_error(L, error);
}

static const luaL_Reg functions[] = {
    {"make", folder_make},
    {"list", folder_list},
    {NULL, NULL},
};

PROCESS_EXPORT int luaopen_process_folder(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}
