#pragma once

#include <string>
#include <vector>

namespace plumbline::rules {

/// What one site changed of the content, as its own small directory says it. The content itself is never
/// edited, so that an upgrade replaces it whole and the site's part stays. The same files by the same names,
/// each with what is different:
///
///     overlay.json            {"version": "site.3", "site": "…", "disabled": ["herpes-zoster"],
///                              "signedOff": [{"pathway": "cauda-equina", "role": "…", "date":
///                              "2026-11-02"}]}
///     findings/fever.json     {"set": {"measurements": {…}}, "add": {"codes": [{…}]}}
///     pathways/<id>.json      {"set": {"rules": {"<rule>": {"tier": "urgent"}}}}
///
/// `set` gives values anew, `add` puts items behind those of a list; where a list's items have an `id`, an
/// object reaches them by it. What comes out is checked like any content. Refused, each with its file and
/// place: a file the content does not have, or one that a site may not change (only findings/, phrases/,
/// pathways/, medications/, cards/, orders.json and overrides.json: how notes are read, the structural screen
/// and what counts for stress stay as they were signed); an `id` or a rule's `when`; a list given anew
/// outside of pathways/ and cards/, since a code or phrase that is left out would silently be known no more;
/// a pathway to disable or sign off that there is none of.
struct Overlay {
  struct SignOff {
    std::string pathway;
    std::string role;  ///< who by office, not by name
    std::string date;
  };
  /// One value that is not as the content has it.
  struct Change {
    std::string file;     ///< of the content
    std::string pointer;  ///< into it
    std::string value;    ///< JSON
    bool added = false;   ///< to a list, not instead of what was there
  };
  std::string version;
  std::string site;
  std::vector<std::string> disabled;  ///< pathways that are `off`, see plugin/rollout.h
  std::vector<SignOff> signedOff;     ///< of a content that is a draft
  std::vector<Change> changes;        ///< in order of file
};

}  // namespace plumbline::rules
