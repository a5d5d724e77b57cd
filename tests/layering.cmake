# Fails when a room includes one it may not know, a library appears outside the files that own it, a file is
# over 400 lines, or the top level holds anything but the agreed entries.
cmake_minimum_required(VERSION 3.25)

set(breaches "")
function(forbid pattern except)  # ARGN: globs of the files the pattern may not occur in
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ARGN})
  foreach(file ${files})
    if(except AND file MATCHES "${except}")
      continue()
    endif()
    file(STRINGS ${ROOT}/${file} hits REGEX "^ *# *include +${pattern}")
    foreach(hit ${hits})
      list(APPEND breaches "${file}: ${hit}")
    endforeach()
  endforeach()
  set(breaches "${breaches}" PARENT_SCOPE)
endfunction()

set(fhir ${ROOT}/fhir/*.h ${ROOT}/fhir/*.cpp)
set(rules ${ROOT}/rules/*.h ${ROOT}/rules/*.cpp)
set(plugin ${ROOT}/plugin/*.h ${ROOT}/plugin/*.cpp)
set(certs ${ROOT}/certs/*.h ${ROOT}/certs/*.cpp)

forbid("\"(rules|plugin|certs)/" "" ${fhir})
forbid("\"(plugin|certs)/" "" ${rules})
forbid("\"(fhir|rules|plugin)/" "" ${certs})
forbid("\"tests/" "" ${fhir} ${rules} ${plugin} ${certs})
forbid("<Poco/" "^fhir/http_client" ${fhir} ${rules})
forbid("<rapidjson/" "^(fhir/authored_json|rules/content_reader|plugin/config|plugin/wire|plugin/json_writer|plugin/read)" ${fhir} ${rules} ${plugin})
forbid("<simdjson" "^fhir/json" ${fhir} ${rules} ${plugin} ${certs})

set(kMostLines 400)
file(GLOB_RECURSE files RELATIVE ${ROOT} ${fhir} ${rules} ${plugin} ${certs} ${ROOT}/deploy/*.cpp ${ROOT}/deploy/*.sh
     ${ROOT}/tests/*.h ${ROOT}/tests/*.cpp ${ROOT}/tests/*.cmake ${ROOT}/tests/*.sh)
foreach(file ${files} CMakeLists.txt)
  file(READ ${ROOT}/${file} text)
  string(REGEX MATCHALL "\n" ends "${text}")
  list(LENGTH ends lines)
  if(lines GREATER kMostLines)
    list(APPEND breaches "${file}: ${lines} lines, at most ${kMostLines}; is a second thing hiding inside?")
  endif()
endforeach()

# Names with a dot in front are tools' business; build/ is where the presets build.
set(agreed CMakeLists.txt CMakePresets.json CMakeUserPresets.json CHANGELOG.md LICENSE README.md
    build certs deploy fhir plugin rules tests)
file(GLOB entries RELATIVE ${ROOT} ${ROOT}/*)
foreach(entry ${entries})
  if(NOT entry IN_LIST agreed AND NOT entry MATCHES "^[.]")
    list(APPEND breaches "${entry}: not an agreed entry of the top level")
  endif()
endforeach()
foreach(entry CMakeLists.txt CMakePresets.json CHANGELOG.md LICENSE README.md certs deploy fhir plugin rules tests)
  if(NOT EXISTS ${ROOT}/${entry})
    list(APPEND breaches "${entry}: missing from the top level")
  endif()
endforeach()

if(breaches)
  list(JOIN breaches "\n  " text)
  message(FATAL_ERROR "layering is broken:\n  ${text}")
endif()
message(STATUS "layering holds")
