package io.lighter.cli.oci;

import io.lighter.runtime.json.JsonText;
import io.lighter.runtime.lifecycle.ContainerState;

/** A container's state as JSON: the fields of runtime.md, "State", and those that runc adds. */
final class StateView {
  private StateView() {}

  /** {@code state}. */
  static void print(String id, Invocation call) {
    JsonText json = JsonText.indented();
    append(json, call.container(id).state());
    call.out().println(json);
  }

  static void append(JsonText json, ContainerState state) {
    json.beginObject()
        .field("ociVersion", state.ociVersion())
        .field("id", state.id())
        .field("pid", state.pid())
        .field("status", state.status().term())
        .field("bundle", state.bundle().toString())
        .field("rootfs", state.rootfs().toString())
        .field("created", state.created().toString());
    if (!state.annotations().isEmpty()) {
      json.name("annotations").beginObject();
      // In an order that does not change from call to call.
      state.annotations().keySet().stream()
          .sorted()
          .forEach(key -> json.field(key, String.valueOf(state.annotations().get(key))));
      json.end();
    }
    json.field("owner", Owner.name(state.owner())).end();
  }
}
