package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.CopyRules;
import io.lighter.linux.Linux;
import io.lighter.runtime.ResolvedUser;
import io.lighter.runtime.UserLookup;
import io.lighter.runtime.UserRequest;
import java.io.IOException;
import java.util.List;

/** Turns the users that instructions name into ids, by the accounts of the image itself. */
final class OwnerLookup {
  private final Linux linux;
  private final BuildTrees trees;

  OwnerLookup(Linux linux, BuildTrees trees) {
    this.linux = linux;
    this.trees = trees;
  }

  /** Looks up who runs a command; empty is root. */
  ResolvedUser user(List<Digest> layers, String text) throws IOException {
    UserRequest request = text.isEmpty() ? UserRequest.DEFAULT : UserRequest.parse(text);
    try (OpenedTree tree = trees.layers(layers, "the image")) {
      return UserLookup.resolve(linux, tree.tree().root(), request);
    }
  }

  /** Looks up who owns copied files. An id alone is the group's as well, as Docker has it. */
  CopyRules.Owner owner(List<Digest> layers, String text) throws IOException {
    UserRequest request = UserRequest.parse(text);
    String user = request.user();
    String group = request.group();
    boolean userIsId = user != null && UserRequest.isNumeric(user);
    if (user != null && userIsId && (group == null || UserRequest.isNumeric(group))) {
      long uid = UserRequest.id(user);
      return new CopyRules.Owner(uid, group == null ? uid : UserRequest.id(group));
    }
    try (OpenedTree tree = trees.layers(layers, "the image")) {
      ResolvedUser found = UserLookup.resolve(linux, tree.tree().root(), request);
      return new CopyRules.Owner(found.user().uid(), found.user().gid());
    }
  }
}
