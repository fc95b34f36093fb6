# What a system's packages need beyond the installed files, for cpack: .tar.gz everywhere but on
# Windows, which gets .zip, and a .deb where Debian's tools are.

string(TOLOWER ${CMAKE_SYSTEM_NAME} SYSTEM)
if(APPLE)
    set(SYSTEM macos)
endif()
set(PROCESSOR ${CMAKE_SYSTEM_PROCESSOR})
if(APPLE AND CMAKE_OSX_ARCHITECTURES)
    string(REPLACE ";" "-" PROCESSOR "${CMAKE_OSX_ARCHITECTURES}")
endif()
string(TOLOWER ${PROCESSOR} PROCESSOR)

set(CPACK_PACKAGE_NAME ${PROJECT_NAME})
set(CPACK_PACKAGE_VENDOR "the Micro-CDN authors")
set(CPACK_PACKAGE_CONTACT "Micro-CDN maintainers <maintainers@micro-cdn.invalid>")
set(CPACK_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION}-${SYSTEM}-${PROCESSOR})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
if(WIN32)
    set(CPACK_GENERATOR ZIP)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND DPKG_SHLIBDEPS)
    set(CPACK_GENERATOR TGZ DEB)
else()
    set(CPACK_GENERATOR TGZ)
endif()

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Content servers each offer a folder, an index sends every client to the least
loaded live one that has the file it wants, and a monitor says who is alive.
.
Nothing is started by itself; there are systemd units for the servers.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/platform/linux/debian/postinst
    ${PROJECT_SOURCE_DIR}/platform/linux/debian/prerm
    ${PROJECT_SOURCE_DIR}/platform/linux/debian/postrm)

include(CPack)
