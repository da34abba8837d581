/// Linux's TCP and ours under the same script: what a peer sends is written down, what comes back
/// is compared.
package dev.adit.it.tcp;
