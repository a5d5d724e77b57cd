#include <algorithm>

#include "rules/content_reader.h"

namespace plumbline::rules::content {
namespace {

/// Indexes of the imaging that `key` names.
std::vector<std::size_t> imagingOf(const Pack& pack, const Value& object, const char* key,
                                   const std::string& at, const File& file) {
  std::vector<std::size_t> all;
  for (const std::string& id : texts(object, key)) {
    const auto found = std::find_if(pack.imaging.begin(), pack.imaging.end(),
                                    [&](const Imaging& imaging) { return imaging.id == id; });
    if (found == pack.imaging.end()) {
      file.problem(at + "/" + key, "no imaging \"" + id + "\"");
    } else {
      all.push_back(static_cast<std::size_t>(found - pack.imaging.begin()));
    }
  }
  return all;
}

OrderClass readOrderClass(const Pack& pack, const Value& value, const std::string& at, const File& file) {
  OrderClass cls;
  cls.id = text(value, "id");
  if (find(value, "medications"))
    cls.medications = medicationOf(pack, text(value, "medications"), at + "/medications", file);
  cls.ingredients = texts(value, "ingredients");
  for (const std::string& each : cls.ingredients) {
    const auto known = [&](const std::string& name) { return name == each; };
    const bool held = cls.medications && std::any_of(pack.medications[*cls.medications].names.begin(),
                                                     pack.medications[*cls.medications].names.end(), known);
    if (!held) file.problem(at + "/ingredients", "\"" + each + "\" is no ingredient of the medication class");
  }
  cls.imaging = imagingOf(pack, value, "imaging", at, file);
  cls.codes = readCodes(value, "codes");
  cls.words = texts(value, "words");
  for (const auto& note : value["notes"].GetObject()) {
    const std::string name = note.name.GetString();
    const Tier tier = name == "structural-first" ? Tier::StructuralFirst : tierOf(name);
    const std::string where = at + "/notes/" + name;
    cls.notes[tier] = note.value.GetString();
    if (tier == Tier::StructuralFirst) {
      checkNever(pack, cls.notes[tier], where, file);
    } else {
      checkWords(pack, cls.notes[tier], where, file);
    }
  }
  return cls;
}

}  // namespace

std::vector<OrderClass> readOrders(const Pack& pack, const Value& document, const File& file) {
  std::vector<OrderClass> orders;
  const Value& list = document["classes"];
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    OrderClass cls = readOrderClass(pack, list[i], "/classes/" + std::to_string(i), file);
    const bool twice =
        std::any_of(orders.begin(), orders.end(), [&](const OrderClass& each) { return each.id == cls.id; });
    if (twice) file.problem("/classes", "\"" + cls.id + "\" is there twice");
    orders.push_back(std::move(cls));
  }
  return orders;
}

}  // namespace plumbline::rules::content
