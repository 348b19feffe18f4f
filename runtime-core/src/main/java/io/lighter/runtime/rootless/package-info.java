/**
 * How an ordinary user comes to be root of a user namespace, where containers are started as root
 * starts them: by a mapping of the user's own id, and of those that the host lends to the user.
 * What is different in there is the business of those who start containers.
 */
@NullMarked
package io.lighter.runtime.rootless;

import org.jspecify.annotations.NullMarked;
