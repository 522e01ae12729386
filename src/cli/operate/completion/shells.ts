import { completeCommand } from "../../ipc.ts";

/*
 * Each script gives the words before the cursor, and the one at it, to a hidden command, which prints a candidate a
 * line; `:files` stands for file names. Candidates have no character that a shell would read as more than a letter.
 */

const bash = `_statefun() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  COMPREPLY=()
  # Bash takes words apart at = and :, as it does with --url=http://…
  if [[ \${COMP_WORDBREAKS} == *=* && \${current} == = ]]; then current=""; fi
  while IFS= read -r line; do
    if [[ \${line} == :files ]]; then compopt -o default 2>/dev/null; return; fi
    COMPREPLY+=("\${line}")
  done < <(command statefun '${completeCommand}' "\${words[@]}" "\${current}" 2>/dev/null)
}
complete -F _statefun statefun`;

const zsh = `#compdef statefun
_statefun() {
  local -a lines
  lines=("\${(@f)$(command statefun '${completeCommand}' "\${(@Q)words[2,CURRENT-1]}" "\${(Q)words[CURRENT]}" 2>/dev/null)}")
  if [[ \${lines[1]} == :files ]]; then _files; return; fi
  lines=("\${(@)lines:#}")
  compadd -a lines
}
if [[ \${funcstack[1]} == _statefun ]]; then _statefun "$@"; else compdef _statefun statefun; fi`;

const fish = `function __statefun_complete
  set -l words (commandline -opc)
  set -l lines (command statefun '${completeCommand}' $words[2..-1] (commandline -ct) 2>/dev/null)
  if test "$lines[1]" = ':files'
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $lines
  end
end
complete -c statefun -f -a '(__statefun_complete)'`;

/** The scripts, by the names of their shells. */
export const shells: ReadonlyMap<string, string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);
