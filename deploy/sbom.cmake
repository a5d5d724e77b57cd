# Writes the bill of materials of a program as CycloneDX 1.5:
#   cmake -DROOT=. -DPROGRAM=build/package/plumbline -DVERSION=0.1.0 -DOUT=sbom.cdx.json -P deploy/sbom.cmake
# What is linked, by Debian package with version and licences; what only headers are used of; and of each
# package-lock.json of the tree what npm installs, "excluded" where only tests use it. Nothing is vendored. The same
# program on the same system gives the same bytes.
cmake_minimum_required(VERSION 3.25)
set(headers_only rapidjson-dev)

function(run out)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed)
    message(FATAL_ERROR "sbom: ${ARGN} failed")
  endif()
  set(${out} "${said}" PARENT_SCOPE)
endfunction()

# The Debian packages whose libraries the program loads, each once.
function(linked_packages out)
  run(libraries ldd ${PROGRAM})
  string(REGEX MATCHALL "/[^ \n]+\\.so[^ \n]*" libraries "${libraries}")
  set(packages "")
  foreach(library ${libraries})
    file(REAL_PATH ${library} real)
    string(REGEX REPLACE "^/usr/lib" "/lib" short ${real})
    execute_process(COMMAND dpkg-query -S ${real} ${short} OUTPUT_VARIABLE owner ERROR_QUIET)
    if(NOT owner MATCHES "^([^:,\n]+)")
      message(FATAL_ERROR "sbom: no package owns ${real}")
    endif()
    list(APPEND packages ${CMAKE_MATCH_1})
  endforeach()
  list(REMOVE_DUPLICATES packages)
  list(SORT packages)
  set(${out} ${packages} PARENT_SCOPE)
endfunction()

# Licences as the package's own copyright file names them, or where to read them.
function(licences out package)
  set(names "")
  set(file /usr/share/doc/${package}/copyright)
  if(EXISTS ${file})
    file(STRINGS ${file} lines REGEX "^License: *[^ ]")
    foreach(line ${lines})
      string(REGEX REPLACE "^License: *" "" name "${line}")
      string(REGEX REPLACE "[^-A-Za-z0-9.+, ()]" "" name "${name}")
      string(STRIP "${name}" name)
      list(APPEND names "${name}")
    endforeach()
    list(REMOVE_DUPLICATES names)
    list(SORT names)
  endif()
  if(NOT names)
    set(names "see ${file}")
  endif()
  list(TRANSFORM names REPLACE "(.+)" "{\"license\": {\"name\": \"\\1\"}}")
  list(JOIN names ", " text)
  set(${out} "[${text}]" PARENT_SCOPE)
endfunction()

function(debian_component out package)
  run(facts dpkg-query -W -f \${Version}\ \${Architecture}\ \${source:Package} ${package})
  string(REPLACE " " ";" facts "${facts}")
  list(GET facts 0 version)
  list(GET facts 1 architecture)
  list(GET facts 2 source)
  string(REPLACE "+" "%2B" escaped ${version})
  string(REPLACE ":" "%3A" escaped ${escaped})
  string(REPLACE "+" "%2B" name ${package})
  licences(licences ${package})
  set(purl "pkg:deb/debian/${name}@${escaped}?arch=${architecture}&distro=debian-12")
  set(${out} "    {\"type\": \"library\", \"bom-ref\": \"${purl}\", \"name\": \"${package}\", \"version\": \"${version}\",
     \"scope\": \"required\", \"purl\": \"${purl}\",
     \"properties\": [{\"name\": \"debian:source\", \"value\": \"${source}\"}],
     \"licenses\": ${licences}}" PARENT_SCOPE)
endfunction()

function(npm_components out lock)
  file(READ ${lock} json)
  file(RELATIVE_PATH where ${ROOT} ${lock})
  set(scope required)
  if(where MATCHES "^tests/")
    set(scope excluded)
  endif()
  set(all "")
  string(JSON count LENGTH "${json}" packages)
  math(EXPR last "${count} - 1")
  foreach(i RANGE ${last})
    string(JSON path MEMBER "${json}" packages ${i})
    string(JSON version ERROR_VARIABLE none GET "${json}" packages "${path}" version)
    if(path STREQUAL "" OR none)
      continue()
    endif()
    string(REGEX REPLACE ".*node_modules/" "" name "${path}")
    string(JSON licence ERROR_VARIABLE unknown GET "${json}" packages "${path}" license)
    if(unknown)
      set(licence "not stated")
    endif()
    string(REPLACE "@" "%40" escaped "${name}")
    set(purl "pkg:npm/${escaped}@${version}")
    string(APPEND all ",\n    {\"type\": \"library\", \"bom-ref\": \"${where}/${path}\", \"name\": \"${name}\", \"version\": \"${version}\",
     \"scope\": \"${scope}\", \"purl\": \"${purl}\",
     \"properties\": [{\"name\": \"npm:lock\", \"value\": \"${where}\"}],
     \"licenses\": [{\"license\": {\"name\": \"${licence}\"}}]}")
  endforeach()
  set(${out} "${all}" PARENT_SCOPE)
endfunction()

linked_packages(packages)
set(components "")
foreach(package ${packages} ${headers_only})
  debian_component(component ${package})
  list(APPEND components "${component}")
endforeach()
list(JOIN components ",\n" text)
file(GLOB_RECURSE locks ${ROOT}/plugin/package-lock.json ${ROOT}/tests/package-lock.json)
foreach(lock ${locks})
  npm_components(more ${lock})
  string(APPEND text "${more}")
endforeach()
file(WRITE ${OUT} "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"version\": 1,
  \"metadata\": {\"component\": {\"type\": \"application\", \"bom-ref\": \"plumbline\", \"name\": \"plumbline\", \"version\": \"${VERSION}\",
    \"licenses\": [{\"license\": {\"id\": \"Apache-2.0\"}}]}},
  \"components\": [
${text}
  ]}
")
