package io.lighter.runtime.seccomp;

import io.lighter.runtime.seccomp.Decision.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules about one system call. */
final class CallRules {
  private @Nullable Verdict always;
  private final List<Decision> conditional = new ArrayList<>();

  void add(Verdict verdict) {
    if (always == null) {
      always = verdict;
    }
  }

  void add(Decision rule) {
    conditional.add(rule);
  }

  /**
   * A rule without conditions wins over those with conditions wherever it stands, as libseccomp has
   * it; among several of its kind the first wins.
   */
  Decision decide(Decisions decisions, Verdict otherwise) {
    if (always != null) {
      return always;
    }
    Decision decision = otherwise;
    for (Decision rule : conditional.reversed()) {
      decision = decisions.orElse(rule, decision);
    }
    return decision;
  }
}
