#include "plugin/screen/kept.h"

#include "plugin/screen/documents.h"

namespace plumbline::screen {

std::vector<std::string> keptFor(const store::Writer& store, const rules::Pack& pack,
                                 const std::string& client, std::string_view patient, fhir::Instant now) {
  std::vector<std::string> responses;
  for (const store::KeptScreen& each : store.screens(client, patient, now)) {
    responses.push_back(
        questionnaireResponse(pack, {patient, {}, {}, each.at, each.submission, each.answers}));
  }
  return responses;
}

}  // namespace plumbline::screen
