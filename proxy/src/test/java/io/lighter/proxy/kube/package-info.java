/** Tests of the rules of kube-proxy. */
@NullMarked
package io.lighter.proxy.kube;

import org.jspecify.annotations.NullMarked;
