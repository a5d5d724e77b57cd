# Fails when the clinical content has changed since CHANGELOG.md last spoke of it: the section "Clinical content" of
# what is unreleased has to differ from what it was before the last change of rules/content (its schemas apart). That
# something was said is held here; whether it says enough is for who reviews the change.
cmake_minimum_required(VERSION 3.25)

function(git out)
  execute_process(COMMAND git -C ${ROOT} ${ARGN} OUTPUT_VARIABLE said ERROR_QUIET RESULT_VARIABLE failed
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed)
    set(said "")
  endif()
  set(${out} "${said}" PARENT_SCOPE)
endfunction()

function(clinical_section out text)
  string(REGEX MATCH "## Unreleased\n.*" text "${text}")
  string(REGEX REPLACE "\n## [^U].*" "" text "${text}")
  string(REGEX MATCH "### Clinical content\n.*" text "${text}")
  string(REGEX REPLACE "\n### [^C].*" "" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Where the content was last another: what is not committed changes it after HEAD.
set(content rules/content ":!rules/content/schema")
git(uncommitted status --porcelain -- ${content})
set(before HEAD)
if(NOT uncommitted)
  git(last log -1 --format=%H -- ${content})
  git(before rev-parse --verify --quiet ${last}^)
endif()
git(then show ${before}:CHANGELOG.md)
if(NOT then)
  message("SKIPPED: no history to compare with")
  return()
endif()
file(READ ${ROOT}/CHANGELOG.md now)
clinical_section(said "${now}")
clinical_section(said_then "${then}")
if(said STREQUAL "" OR said STREQUAL said_then)
  message(FATAL_ERROR "rules/content has changed after ${before}; CHANGELOG.md says nothing of it under "
                      "Unreleased, Clinical content")
endif()
message(STATUS "the changelog speaks of the content's last change")
