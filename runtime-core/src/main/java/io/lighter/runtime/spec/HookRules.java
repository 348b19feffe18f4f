package io.lighter.runtime.spec;

import java.util.List;

/** Rules of the hooks. */
final class HookRules {
  private HookRules() {}

  static void check(Hooks hooks, Problems problems) {
    check(hooks.prestart(), "hooks.prestart", problems);
    check(hooks.createRuntime(), "hooks.createRuntime", problems);
    check(hooks.createContainer(), "hooks.createContainer", problems);
    check(hooks.startContainer(), "hooks.startContainer", problems);
    check(hooks.poststart(), "hooks.poststart", problems);
    check(hooks.poststop(), "hooks.poststop", problems);
  }

  private static void check(List<Hook> hooks, String path, Problems problems) {
    for (int i = 0; i < hooks.size(); i++) {
      Hook hook = hooks.get(i);
      String at = path + "[" + i + "]";
      problems.requireAbsolute(hook.path(), at + ".path");
      problems.requireNoNul(hook.args(), at + ".args");
      problems.requireEnvironment(hook.env(), at + ".env");
      Integer timeout = hook.timeout();
      problems.require(
          timeout == null || timeout > 0, at + ".timeout", "expected more than 0 seconds");
    }
  }
}
