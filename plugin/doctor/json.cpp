#include "plugin/doctor/diagnosis.h"
#include "plugin/json_writer.h"

namespace plumbline::doctor {
namespace {

void write(JsonWriter& out, const char* key, Places places) {
  out.key(key);
  out.StartArray();
  for (std::size_t i = 0; i < kPlaces; ++i) {
    if (places.test(i)) out.text(name(static_cast<Place>(i)));
  }
  out.EndArray();
}

std::int64_t counted(std::size_t value) {
  return static_cast<std::int64_t>(value);
}

void write(JsonWriter& out, const KeyServed& key) {
  out.StartObject();
  out.member("key", key.key);
  out.member("query", key.query);
  out.flag("required", key.required);
  out.member("served", name(key.served));
  out.array("lacking", key.lacking, [&](const std::string& each) { out.text(each); });
  out.EndObject();
}

void write(JsonWriter& out, const rules::Pack& pack, const FindingKnown& finding, const Site& site) {
  out.StartObject();
  out.member("finding", pack.findings[finding.finding].id);
  out.member("known", name(finding.known));
  out.flag("screen", finding.screened);
  out.array("pathways", finding.pathways, [&](const std::string& each) { out.text(each); });
  write(out, "from", finding.places);
  write(out, "closed", finding.closed);
  if (site.sample) {
    out.member("present", counted(site.sample->findings[finding.finding].present));
    out.member("absent", counted(site.sample->findings[finding.finding].absent));
  }
  out.EndObject();
}

void write(JsonWriter& out, const Sample& sample) {
  out.member("charts", counted(sample.charts));
  out.member("refused", counted(sample.refused));
  out.array("localCodes", sample.local, [&](const auto& each) {
    out.StartObject();
    out.member("type", each.first.type);
    out.member("system", each.first.system);
    out.member("code", each.first.code);
    out.member("uses", counted(each.second));
    out.EndObject();
  });
  out.member("otherLocalUses", counted(sample.otherLocal));
}

}  // namespace

std::string asJson(const rules::Pack& pack, const Site& site, const Diagnosis& diagnosis) {
  return jsonObject([&](JsonWriter& out) {
           out.member("content", pack.version);
           out.member("digest", pack.digest);
           out.member("profile", site.profile->name);
           if (site.capability) {
             out.member("software", site.capability->software);
             out.member("fhirVersion", site.capability->fhirVersion);
           }
           out.flag("answers", diagnosis.answers());
           out.array("prefetch", diagnosis.keys, [&](const KeyServed& each) { write(out, each); });
           out.array("findings", diagnosis.findings,
                     [&](const FindingKnown& each) { write(out, pack, each, site); });
           if (site.sample) out.object("sample", [&] { write(out, *site.sample); });
         }) +
         "\n";
}

}  // namespace plumbline::doctor
