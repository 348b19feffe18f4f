package io.lighter.runtime;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.User;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link UserRequest} into ids by the container's own {@code /etc/passwd} and {@code
 * /etc/group}: never by the host's, and never by its name services, whose libraries would come from
 * the image. The rules are Docker's:
 *
 * <ul>
 *   <li>A name must be in the files; an id need not be, and has then gid 0 and the home folder /.
 *   <li>The first line that matches wins.
 *   <li>A group that is named takes the place of the user's primary group and of the groups that
 *       the user is a member of.
 *   <li>The primary group is among the supplementary ones, so that a file that denies this group
 *       stays denied when a set-group-ID program has changed the primary one (CVE-2022-36109).
 * </ul>
 *
 * <p>Unlike Docker, an id that is no number from 0 to 2^32-2 is refused where Docker reads 0, which
 * is root (CVE-2024-40635).
 */
public final class UserLookup {
  /** Most supplementary groups of a process: NGROUPS_MAX of {@code <linux/limits.h>}. */
  static final int MAX_GROUPS = 65_536;

  private static final int PASSWD_FIELDS = 7;
  private static final int UID = 2;
  private static final int GID = 3;
  private static final int HOME = 5;

  private UserLookup() {}

  /**
   * Looks up a request.
   *
   * @param root the container's root: a folder or a mount, attached or not; O_PATH is enough
   * @throws UserLookupException if a name is not there, or if a file is there and cannot be used
   */
  public static ResolvedUser resolve(Linux linux, Fd root, UserRequest request) {
    String user = request.user() == null ? "0" : request.user();
    AccountLine account = account(AccountFile.PASSWD.read(linux, root), user);
    String name = account == null ? null : account.name();
    Groups groups = groups(linux, root, request, name);

    long gid = account == null ? 0 : account.id(GID);
    Set<Long> supplementary = new LinkedHashSet<>();
    if (request.group() != null) {
      gid = groups.gid(request.group());
      supplementary.add(gid);
    } else {
      supplementary.add(gid);
      if (name != null) {
        groups.addMemberships(name, supplementary);
      }
    }
    for (String group : request.additionalGroups()) {
      supplementary.add(groups.gid(group));
    }
    if (supplementary.size() > MAX_GROUPS) {
      throw new UserLookupException(
          "the user " + user + " is in more than the " + MAX_GROUPS + " groups that Linux allows");
    }
    long uid = account == null ? UserRequest.id(user) : account.id(UID);
    String home = account == null || account.field(HOME).isEmpty() ? "/" : account.field(HOME);
    return new ResolvedUser(new User(uid, gid, null, new ArrayList<>(supplementary)), home, name);
  }

  /** Finds the line of a user; null for an id that has none. */
  private static @Nullable AccountLine account(String passwd, String user) {
    boolean numeric = UserRequest.isNumeric(user);
    long uid = numeric ? UserRequest.id(user) : AccountLine.NO_ID;
    for (AccountLine line : AccountLine.readAll(passwd, PASSWD_FIELDS)) {
      boolean usable = line.id(UID) != AccountLine.NO_ID && line.id(GID) != AccountLine.NO_ID;
      if (numeric && usable && line.id(UID) == uid) {
        return line;
      }
      if (!numeric && line.name().equals(user)) {
        if (!usable) {
          throw new UserLookupException(
              "unable to use user "
                  + user
                  + ": its line in the container's /etc/passwd lacks a uid or gid from 0 to "
                  + UserRequest.MAX_ID);
        }
        return line;
      }
    }
    if (!numeric) {
      throw new UserLookupException(
          "unable to find user " + user + ": no matching entries in passwd file");
    }
    return null;
  }

  /** Reads the group file if the request needs it. */
  private static Groups groups(Linux linux, Fd root, UserRequest request, @Nullable String name) {
    List<String> asked = new ArrayList<>(request.additionalGroups());
    if (request.group() != null) {
      asked.add(request.group());
    }
    boolean memberships = request.group() == null && name != null;
    boolean needed = memberships || !asked.stream().allMatch(UserRequest::isNumeric);
    return needed ? Groups.parse(AccountFile.GROUP.read(linux, root)) : Groups.NONE;
  }
}
