#include "plugin/sheet/sheet.h"

#include <algorithm>
#include <set>

#include "plugin/cards/compose.h"
#include "plugin/doctor/keys.h"
#include "plugin/hooks/profiles.h"
#include "plugin/snooze.h"

namespace plumbline::sheet {
namespace {

using std::string;

/// One line of a table: what stands in a cell must neither end it nor begin another line.
string row(std::initializer_list<string> cells) {
  string line = "|";
  for (const string& cell : cells) {
    line += ' ';
    for (const char c : cell) {
      if (c == '|') line += '\\';
      line += c == '\n' ? ' ' : c;
    }
    line += " |";
  }
  return line + "\n";
}

string table(std::initializer_list<string> names) {
  string rule = "|";
  for (std::size_t i = 0; i < names.size(); ++i) rule += "---|";
  return row(names) + rule + "\n";
}

string code(std::string_view text) {
  return "`" + string(text) + "`";
}

string notes(const Vendor& vendor, std::string_view section) {
  string lines;
  const auto found = vendor.notes.find(section);
  if (found == vendor.notes.end() || found->second.empty())
    return "\nNothing is publicly documented of this: ask the vendor.\n";
  for (const Vendor::Note& each : found->second) lines += "- " + each.says + " [" + each.source + "]\n";
  return "\n" + lines;
}

string addressOf(const Config& config) {
  return config.baseUrl.empty() ? "https://<address of Plumbline>" : config.baseUrl;
}

string services(const Vendor& vendor, const Config& config) {
  string text = "\n## 1. Services\n\n" + table({"service", "hook", "address", "call it at", "source"});
  for (const Vendor::Service& each : vendor.services) {
    const hooks::Service& service = *hooks::service(each.id);
    text += row({string(service.title), string(service.hookName),
                 code(addressOf(config) + "/cds-services/" + each.id), each.when, each.source});
  }
  text +=
      "\nFeedback goes to each address with `/feedback` behind it. Not called by this vendor, as far as is "
      "documented: ";
  string others;
  for (const hooks::Service& each : hooks::services()) {
    if (std::none_of(vendor.services.begin(), vendor.services.end(),
                     [&](const Vendor::Service& named) { return named.id == each.id; }))
      others += (others.empty() ? "" : ", ") + string(each.hookName);
  }
  return text + (others.empty() ? "none" : others) + ".\n" + notes(vendor, "services");
}

/// The client of the configuration that has this vendor's profile, or null.
const Client* clientOf(const Vendor& vendor, const Config& config) {
  const auto found = std::find_if(config.clients.begin(), config.clients.end(),
                                  [&](const Client& each) { return each.profile == vendor.profile; });
  return found == config.clients.end() ? nullptr : &*found;
}

string keysOf(const Vendor& vendor, const Client* client) {
  if (client) {
    const char* const kind = client->keys.kind == KeySource::Kind::Url    ? "jwksUrl"
                             : client->keys.kind == KeySource::Kind::File ? "jwksFile"
                                                                          : "jkuListUrl";
    return string("\"") + kind + "\": \"" + client->keys.where + "\"";
  }
  if (!vendor.client.jkuListUrl.empty()) return "\"jkuListUrl\": \"" + vendor.client.jkuListUrl + "\"";
  const string& url = vendor.client.jwksUrl;
  return "\"jwksUrl\": \"" + (url.empty() ? "<address of the key set>" : url) + "\"";
}

string listed(const std::vector<string>& texts, const string& ifNone) {
  if (texts.empty()) return ifNone;
  string all;
  for (const string& each : texts) all += (all.empty() ? "\"" : ", \"") + each + "\"";
  return all;
}

string token(const Vendor& vendor, const Config& config) {
  const Client* const client = clientOf(vendor, config);
  const string issuer = client                         ? client->issuer
                        : vendor.client.issuer.empty() ? "<iss of its tokens>"
                                                       : vendor.client.issuer;
  std::vector<string> algorithms = vendor.client.algorithms;
  if (client) {
    algorithms.clear();
    for (const auto each : client->algorithms) algorithms.emplace_back(certs::name(each));
  }
  string text =
      "\n## 2. The token of each call\n\n" + table({"field", "value"}) +
      row({"`aud`", code(addressOf(config) + "/cds-services/<service>") + ", the address that is called"}) +
      row({"`iss`", code(issuer)}) + row({"life", "at most an hour"}) +
      row({"`jti`", "another for each call: a token is taken once"}) +
      "\nPlumbline's configuration, under `clients`:\n\n```json\n{\n" + "  \"name\": \"" +
      (client ? client->name : "<name in logs and reports>") + "\",\n" + "  \"profile\": \"" +
      vendor.profile + "\",\n  \"issuer\": \"" + issuer + "\",\n  " + keysOf(vendor, client) +
      ",\n  \"algorithms\": [" + listed(algorithms, "\"ES384\", \"RS384\"") + "],\n  \"audiences\": [" +
      listed(client ? client->audiences : std::vector<string>{}, "") + "],\n  \"fhirServers\": [" +
      listed(client ? client->fhirServers : std::vector<string>{}, "\"<base of the FHIR server>\"") +
      "],\n  \"tenants\": [" + listed(client ? client->tenants : std::vector<string>{}, "") + "]\n}\n```\n";
  return text + notes(vendor, "token");
}

string prefetch(const Vendor& vendor, const hooks::Profile& profile) {
  string text = "\n## 3. Prefetch\n\n" + table({"key", "template", "needed"});
  for (const hooks::Prefetch& each : profile.prefetch)
    text += row(
        {string(each.key), code(each.query), each.required ? "yes: without it 412" : "no; its lack is said"});
  return text + notes(vendor, "prefetch");
}

string scopes(const Vendor& vendor, const hooks::Profile& profile) {
  std::map<std::string_view, std::pair<bool, bool>> types;  // read, search
  for (const hooks::Prefetch& each : profile.prefetch) {
    const doctor::Query query = doctor::queryOf(each.query);
    auto& [read, search] = types[query.type];
    (query.deed == doctor::Deed::Read ? read : search) = true;
  }
  string text = "\n## 4. Scopes\n\n" + table({"type", "read", "search", "SMART 2", "SMART 1"});
  for (const auto& [type, deeds] : types) {
    const auto& [read, search] = deeds;
    text += row({string(type), read ? "yes" : "", search ? "yes" : "",
                 code("patient/" + string(type) + "." + (read ? "r" : "") + (search ? "s" : "")),
                 code("patient/" + string(type) + ".read")});
  }
  return text +
         "\nReading only. The red-flag screen, if it is used, also creates (deploy/plumbline.jsonc, "
         "`screen`).\n" +
         notes(vendor, "scopes");
}

string overrides(const Vendor& vendor, const Config& config, const rules::Pack& pack) {
  string text =
      "\n## 5. Reasons to pass a card over\n\n" + table({"code", "system", "words", "keeps the card away"});
  for (const rules::OverrideReason& each : pack.overrides) {
    const auto site = config.snooze.find(each.code);
    const auto hours = site == config.snooze.end() ? each.snooze : site->second;
    text += row({code(each.code), code(each.system), each.display, std::to_string(hours.count()) + " h"});
  }
  text += "\nA tier has its own most:";
  for (const auto& [tier, hours] : pack.snoozing.atMost)
    text += " " + string(rules::name(tier)) + " " + std::to_string(hours.count()) + " h;";
  text.back() = '.';
  return text + " A new red flag or a more pressing tier is shown at once.\n" + notes(vendor, "overrides");
}

/// The addresses a card may lead to, which some EHRs take off it unless they are registered.
string links(const plumbline::cards::Site& site) {
  string rows;
  if (!site.explanationUrl.empty())
    rows += row({"link to register", code(site.explanationUrl) + " (absolute)"});
  if (!site.screenUrl.empty()) rows += row({"link to register", code(site.screenUrl) + " (SMART)"});
  return rows.empty() ? row({"links to register", "none: `cards.links` is empty"}) : rows;
}

string cards(const Vendor& vendor, const Config& config, const hooks::Profile& profile) {
  string text = "\n## 6. Cards\n\n" + table({"what", "limit"}) +
                row({"summary", std::to_string(plumbline::cards::kMaxSummary) + " characters, one line"}) +
                row({"detail", std::to_string(plumbline::cards::kMaxDetail) +
                                   " characters of Markdown: paragraphs, bold, bullets, links"}) +
                row({"cards a call", "1, or up to 3 with `cards.grouping`"});
  if (profile.lineLength > 0)
    text += row({"line of the detail", std::to_string(profile.lineLength) + " characters"});
  if (profile.bullets > 0) text += row({"bullets", std::to_string(profile.bullets)});
  const string orders = profile.orders == hooks::Orders::None ? "none are sent"
                        : profile.orders == hooks::Orders::Mapped
                            ? "only those of `cards.orders`"
                            : "by LOINC or SNOMED CT, or `cards.orders`";
  text += row({"orders as suggestions", orders}) +
          row({"tasks as suggestions", profile.tasks ? "yes" : "none are sent"}) +
          row({"indicators", "critical, warning, info"}) + links(config.site);
  return text + notes(vendor, "cards");
}

string times(const Vendor& vendor, const Config& config) {
  return "\n## 7. Times and sizes\n\n" + table({"what", "limit"}) +
         row({"an answer, or 503", std::to_string(config.fetching.deadline.count()) + " ms"}) +
         row({"of it for fetching", std::to_string(config.fetching.budget.count()) + " ms"}) +
         row({"a call's body, or 413", std::to_string(config.limits.head.bodyBytes) + " bytes"}) +
         row({"calls a second, or 429",
              config.rates.client == 0 ? "any number" : std::to_string(config.rates.client)}) +
         "\nSet the EHR's time-out above the first. What comes later is lost; the same call is not to be "
         "sent again at once.\n" +
         notes(vendor, "time");
}

string sources(const Vendor& vendor) {
  string text = "\n## 8. Ask the vendor\n\n";
  for (const string& each : vendor.ask) text += "- " + each + "\n";
  text += "\n## Sources\n\n" + table({"", "what", "how far it was read"});
  for (const auto& [key, source] : vendor.sources)
    text += row({key, source.title + (source.url.empty() ? "" : ", <" + source.url + ">"), source.read});
  return text;
}

}  // namespace

string write(const Vendor& vendor, const Config& config, const rules::Pack& pack) {
  const hooks::Profile& profile = *hooks::profile(vendor.profile);
  return "# Plumbline: build sheet for " + vendor.name + "\n\nPlumbline " + PLUMBLINE_VERSION + ", content " +
         pack.version + ", profile " + code(vendor.profile) +
         ". What stands in angle brackets is for the site to fill in; what stands in square brackets is the "
         "source, at "
         "the end. Print it anew after every upgrade.\n" +
         services(vendor, config) + token(vendor, config) + prefetch(vendor, profile) +
         scopes(vendor, profile) + overrides(vendor, config, pack) + cards(vendor, config, profile) +
         times(vendor, config) + sources(vendor);
}

}  // namespace plumbline::sheet
