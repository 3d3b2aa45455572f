# chains.awk HEADER ...: the headers in chains, one a line, each header once. In a chain every header includes the one before it, directly
# or through others: a compiler that reads the chain in its order has read before each header nothing but what that header includes
# anyway, so the chain compiles only if each header of it compiles alone. A third of the compiler's runs of one a header.
FNR == 1 { headers[++count] = FILENAME }
/^#include "gasket\// {
  split($0, part, "\"")
  direct[FILENAME] = direct[FILENAME] part[2] "\n"
}
END {
  for (i = 1; i <= count; ++i) walk(headers[i])
  sort_by_size()
  for (left = count; left > 0; left -= take_longest()) {}
}
# reach[h, k]: the headers that h includes in the end; size[h] of them.
function walk(h,   open, part, n, i, k) {
  n = split(direct[h], open, "\n") - 1
  while (n > 0) {
    k = open[n--]
    if (k == h || (h, k) in known) continue
    known[h, k] = 1
    reach[h, ++size[h]] = k
    for (i = split(direct[k], part, "\n") - 1; i > 0; --i) open[++n] = part[i]
  }
}
# What is included comes before what includes it, for it includes less. (Two that include each other stand by name.)
function sort_by_size(   i, j, h) {
  for (i = 2; i <= count; ++i) {
    h = headers[i]
    for (j = i - 1; j > 0 && size[headers[j]] + 0 > size[h] + 0; --j) headers[j + 1] = headers[j]
    headers[j + 1] = h
  }
}
# Prints the longest chain of headers not yet printed; how long it is.
function take_longest(   i, j, h, k, end, length_of, before, chain, n) {
  for (i = 1; i <= count; ++i) {
    h = headers[i]
    if (h in printed) continue
    length_of[h] = 1
    for (j = 1; j <= size[h]; ++j) {
      k = reach[h, j]
      if (k in length_of && length_of[k] >= length_of[h] && k != h) {
        length_of[h] = length_of[k] + 1
        before[h] = k
      }
    }
    if (end == "" || length_of[h] > length_of[end]) end = h
  }
  for (h = end; h != ""; h = before[h]) {
    chain = h (chain == "" ? "" : " " chain)
    printed[h] = 1
    ++n
  }
  print chain
  return n
}
