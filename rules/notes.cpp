#include "rules/notes.h"

#include <algorithm>
#include <variant>

#include "rules/measurement.h"
#include "rules/text/content.h"
#include "rules/text/plain.h"

namespace plumbline::rules {
namespace {

class Notes {
 public:
  Notes(const Pack& pack, fhir::Instant now, Sentences& sentences, std::vector<fhir::Unreadable>& unread)
      : pack_(pack), now_(now), sentences_(sentences), unread_(unread) {}

  void order(const fhir::ServiceRequest& each) {
    if (each.status == "entered-in-error" || each.doNotPerform) return;
    const Evidence base =
        from(each.source, each.draft ? std::optional(fhir::DateRange{now_, now_}) : each.authored);
    concepts(each.reasons, base, "ServiceRequest.reasonCode");
    for (const std::string_view note : each.notes) sentences_.read(base, note, "ServiceRequest.note");
  }

  void report(const fhir::DiagnosticReport& each) {
    if (each.status == "entered-in-error" || each.status == "cancelled") return;
    Evidence base = from(each.source, each.effective);
    base.suspected = !isFinal(each.status);
    sentences_.read(base, each.conclusion, "DiagnosticReport.conclusion");
    concepts(each.conclusionCodes, base, "DiagnosticReport.conclusionCode");
    attachments(each.attachments, base, "DiagnosticReport");
  }

  void impression(const fhir::ClinicalImpression& each) {
    if (each.status == "entered-in-error") return;
    Evidence base = from(each.source, each.effective);
    base.suspected = each.status != "completed";
    for (const std::string_view words : {each.description, each.summary})
      sentences_.read(base, words, "ClinicalImpression");
    concepts(each.findings, base, "ClinicalImpression.finding");
    for (const std::string_view note : each.notes) sentences_.read(base, note, "ClinicalImpression.note");
  }

  void document(const fhir::DocumentReference& each) {
    const bool inForce = each.status.empty() || each.status == "current";
    if (!inForce || each.docStatus == "entered-in-error") return;
    Evidence base = from(each.source, each.period ? each.period : each.date);
    base.suspected = each.docStatus == "preliminary";
    sentences_.read(base, each.description, "DocumentReference.description");
    const std::string_view kind = nameOf(each.type);
    attachments(each.attachments, base, kind.empty() ? "DocumentReference" : kind);
  }

 private:
  [[nodiscard]] Evidence from(const fhir::Source& source, const std::optional<fhir::DateRange>& when) const {
    return evidenceFrom(pack_, now_, source, when);
  }

  static std::string_view nameOf(const fhir::CodeableConcept& type) {
    return type.text.empty() && !type.coding.empty() ? type.coding.front().display : type.text;
  }

  void concepts(const std::vector<fhir::CodeableConcept>& all, const Evidence& base, std::string_view kind) {
    for (const fhir::CodeableConcept& each : all) sentences_.read(base, wordsOf(pack_, each), kind);
  }

  void attachments(const std::vector<fhir::Attachment>& all, const Evidence& base, std::string_view kind) {
    bool read = all.empty();
    for (const fhir::Attachment& each : all) {
      const text::Plain plain = text::decode(each, pack_.text->largest);
      const auto* words = std::get_if<std::string>(&plain);
      if (!words) continue;
      sentences_.read(base, *words, kind, true);
      read = true;
    }
    if (!read) unread_.push_back({std::string(base.type), std::string(base.id)});
  }

  const Pack& pack_;
  fhir::Instant now_;
  Sentences& sentences_;
  std::vector<fhir::Unreadable>& unread_;
};

}  // namespace

std::string_view wordsOf(const Pack& pack, const fhir::CodeableConcept& concept_) {
  if (!concept_.text.empty()) return concept_.text;
  const bool known = std::any_of(concept_.coding.begin(), concept_.coding.end(), [&](const auto& coding) {
    bool found = false;
    pack.match(coding.system, coding.code, [&](std::size_t, const Code&) { found = true; });
    return found;
  });
  return known || concept_.coding.empty() ? std::string_view() : concept_.coding.front().display;
}

void readNotes(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now, Sentences& sentences,
               std::vector<fhir::Unreadable>& unread) {
  Notes notes(pack, now, sentences, unread);
  for (const auto& each : record.orders) notes.order(each);
  for (const auto& each : record.reports) notes.report(each);
  for (const auto& each : record.impressions) notes.impression(each);
  for (const auto& each : record.documents) notes.document(each);
}

}  // namespace plumbline::rules
