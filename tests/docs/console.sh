# Sourced. run_console PAGE [--update]: does what PAGE shows, as a reader would: in its console blocks, what stands after "$ " is run in the
# current folder, and what is printed must be what stands under it; a block of sh is run as a whole and must end well. The caller gives
# `mask`, a filter for ids and times; `served_port`, where the 8080 of the page is another port; `without_sh`, where it has run those blocks
# itself. A command finds in $id the last "id"
# that was answered.
run_console() {
  local page=$1 update=${2:-} block='' id=none out new masked line script=
  : >new.md
  : >expected.txt
  : >found.txt
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '```console') block=console ;;
      '```sh') block=sh script= ;;
      '```')
        if [ "$block" = sh ] && [ -z "${without_sh:-}" ]; then
          bash -e -c "$script" >sh.log 2>&1 || { echo "ended with $?: $script" >>found.txt && cat sh.log >>found.txt; }
        fi
        block= ;;
      '$ '*)
        if [ "$block" = console ]; then
          out=$(id=$id bash -c "${line#\$ }" 2>&1)
          new=$(sed -nE 's/.*"id":"([^"]+)".*/\1/p' <<<"$out" | head -n 1)
          [ -n "$new" ] && id=$new
          masked=$(mask <<<"$out")
          printf '%s\n' "$line" ${masked:+"$masked"} | tee -a found.txt >>new.md
          echo "$line" >>expected.txt
          continue
        fi ;;
      *)
        [ "$block" = console ] && { echo "$line" >>expected.txt; continue; }
        [ "$block" = sh ] && script+=$line$'\n' ;;
    esac
    echo "$line" >>new.md
  done < <(sed "s/:8080/:${served_port:-8080}/g" "$page")
  [ -z "${served_port:-}" ] || sed -i "s/:$served_port/:8080/g" new.md expected.txt found.txt
  if [ "$update" = --update ]; then
    cp new.md "$page"
  elif ! diff expected.txt found.txt; then
    echo "$page shows something else (< shown, > found). If what was found is right now, run this check with --update"
    return 1
  fi
}
