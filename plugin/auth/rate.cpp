#include "plugin/auth/rate.h"

#include <algorithm>

namespace plumbline::auth {

void Bucket::refill(Clock::time_point now) {
  if (now <= filled_) return;
  const std::chrono::duration<double> passed = now - filled_;
  left_ = std::min(perSecond_, left_ + passed.count() * perSecond_);
  filled_ = now;
}

bool Bucket::take(Clock::time_point now) {
  if (perSecond_ == 0) return true;
  const std::lock_guard lock(mutex_);
  refill(now);
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

void Bucket::giveBack() {
  const std::lock_guard lock(mutex_);
  left_ = std::min(perSecond_, left_ + 1);
}

bool Bucket::isEmpty(Clock::time_point now) {
  if (perSecond_ == 0) return false;
  const std::lock_guard lock(mutex_);
  refill(now);
  return left_ < 1;
}

bool Bucket::full(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  refill(now);
  return left_ >= perSecond_;
}

std::shared_ptr<Bucket> Buckets::of(const std::string& address, Bucket::Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (const auto found = buckets_.find(address); found != buckets_.end()) return found->second;
  if (buckets_.size() >= kMaxAddresses)
    std::erase_if(buckets_, [&](const auto& each) { return each.second->full(now); });
  if (buckets_.size() >= kMaxAddresses) return shared_;
  return buckets_.emplace(address, std::make_shared<Bucket>(perSecond_)).first->second;
}

}  // namespace plumbline::auth
