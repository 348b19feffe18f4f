package io.lighter.runtime;

import java.util.List;
import java.util.Set;

/** The lines of a group file, in their order. */
record Groups(List<AccountLine> lines) {
  static final Groups NONE = new Groups(List.of());

  private static final int FIELDS = 4;
  private static final int GID = 2;
  private static final int MEMBERS = 3;

  static Groups parse(String content) {
    return new Groups(AccountLine.readAll(content, FIELDS));
  }

  /**
   * Returns the id of a group that a {@link UserRequest} names.
   *
   * @throws UserLookupException if there is no such name, or no id beside it
   */
  long gid(String group) {
    if (UserRequest.isNumeric(group)) {
      return UserRequest.id(group);
    }
    for (AccountLine line : lines) {
      if (line.name().equals(group)) {
        return gid(line);
      }
    }
    throw new UserLookupException(
        "unable to find group " + group + ": no matching entries in group file");
  }

  private static long gid(AccountLine line) {
    long gid = line.id(GID);
    if (gid == AccountLine.NO_ID) {
      throw new UserLookupException(
          "unable to use group "
              + line.name()
              + ": its line in the container's /etc/group lacks a gid from 0 to "
              + UserRequest.MAX_ID);
    }
    return gid;
  }

  /** Adds the groups that have a member; a group without an id is none that one can be in. */
  void addMemberships(String name, Set<Long> gids) {
    for (AccountLine line : lines) {
      long gid = line.id(GID);
      if (gid != AccountLine.NO_ID && hasMember(line.field(MEMBERS), name)) {
        gids.add(gid);
      }
    }
  }

  private static boolean hasMember(String members, String name) {
    int begin = 0;
    while (begin < members.length()) {
      int comma = members.indexOf(',', begin);
      int end = comma < 0 ? members.length() : comma;
      if (end - begin == name.length() && members.startsWith(name, begin)) {
        return true;
      }
      begin = end + 1;
    }
    return false;
  }
}
