# SPDX-License-Identifier: Apache-2.0
# Completion of plimsoll for bash.
_plimsoll() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=""
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "init check run report network info help --help --version" -- "$word")
		return
	fi
	case $before in
	--format)
		words="text markdown csv json"
		[[ $command == network ]] && words="text csv json dot"
		;;
	--table) words="clauses percentiles tvar curves moments tail tolerance worst check" ;;
	--cpu) words="scalar avx2 avx512" ;;
	--ylt) words="yes no" ;;
	-n | --trials) words="1k 10k 100k 1M 10M" ;;
	-s | --seed | -t | --threads | --scenario | --blocks | --memory | --top) return ;;
	esac
	if [[ -z $words && $word == -* ]]; then
		case $command in
		init) words="--force --help" ;;
		check) words="--trials --help" ;;
		run) words="--trials --output --seed --threads --scenario --blocks --memory --ylt --cpu --quiet --force --help" ;;
		report) words="--format --table --scenario --standard --today --output --check --force --help" ;;
		network) words="--scenario --links --top --all --format --output --force --help" ;;
		info) words="--help" ;;
		esac
	elif [[ $command == help ]]; then
		words="init check run report network info"
	fi
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _plimsoll plimsoll
