# SPDX-License-Identifier: Apache-2.0
# Completion of plimsoll for bash.
_plimsoll() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=""
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "init check run batch merge verify report network compare optimize avoided sensitivity exact fit monitor import info help --help --version" -- "$word")
		return
	fi
	case $before in
	--format)
		words="text markdown csv json"
		[[ $command == network ]] && words="text csv json dot"
		[[ $command == exact ]] && words="text csv"
		[[ $command == monitor || $command == sensitivity ]] && words="text markdown csv json"
		[[ $command == fit ]] && words="text yaml csv qq json"
		;;
	--table)
		words="clauses percentiles tvar curves moments tail tolerance worst check fan ignorance"
		[[ $command == compare ]] && words="losses value"
		[[ $command == optimize ]] && words="portfolios roadmap controls"
		[[ $command == avoided ]] && words="controls clauses displacement displaced_threats"
		[[ $command == sensitivity ]] && words="tornado slopes sobol tail choices information"
		[[ $command == monitor ]] && words="threats places tests kpis nonconformities"
		;;
	--objective | --figure) words="mean tvar99 breach" ;;
	--family) words="lognormal exponential gamma weibull pareto lomax gpd burr log_logistic" ;;
	--cpu) words="scalar avx2 avx512" ;;
	--ylt) words="yes no" ;;
	-n | --trials) words="1k 10k 100k 1M 10M" ;;
	-s | --seed | -t | --threads | --until | --scenario | --blocks | --shard | --checkpoint | --memory | --top | --from | --to | --years | --worlds | --budget | --capital | --running | --controls | --loss | --steps | --phase | --orders | --p | --step | --points | --point-trials) return ;;
	--from)
		[[ $command == import ]] || return
		words="riskquant pyfair crml"
		;;
	--to | --threat | --threshold | --deductible | --unreported-below | --cap | --places) return ;;
	--prior-rate | --prior-loss | --prior-weight | --currency | --bootstrap | --level) return ;;
	esac
	if [[ -z $words && $word == -* ]]; then
		case $command in
		init) words="--samples --force --help" ;;
		check) words="--trials --help" ;;
		run) words="--trials --output --seed --threads --worlds --until --scenario --blocks --shard --checkpoint --resume --work --memory --ylt --cpu --quiet --force --help" ;;
		batch) words="--output --trials --seed --threads --checkpoint --quiet --force --help" ;;
		merge) words="--output --blocks --quiet --force --help" ;;
		verify) words="--resimulate --help" ;;
		report) words="--format --table --scenario --portfolio --tornado --standard --today --review --log --from --to --kpi --output --check --force --help" ;;
		network) words="--scenario --links --top --all --format --output --force --help" ;;
		exact) words="--scenario --threats --years --format --output --force --help" ;;
		fit) words="--threat --from --to --threshold --deductible --unreported-below --ground-up --family --cap --places --model --prior-rate --prior-loss --prior-weight --currency --bootstrap --seed --format --svg --output --force --help" ;;
		monitor) words="--from --to --scenario --kpi --level --seed --format --table --output --force --help" ;;
		import) words="--from --currency --output --force --help" ;;
		optimize) words="--objective --budget --capital --running --from --controls --loss --trials --seed --threads --quiet --memory --steps --phase --format --table --output --force --help" ;;
		avoided) words="--from --to --figure --controls --loss --trials --seed --threads --quiet --memory --orders --displace --displace-to --format --table --output --force --help" ;;
		compare) words="--from --to --years --worlds --trials --format --table --output --force --quiet --help" ;;
		sensitivity) words="--scenario --trials --seed --threads --p --step --points --point-trials --format --table --output --force --quiet --help" ;;
		info) words="--help" ;;
		esac
	elif [[ $command == help ]]; then
		words="init check run batch merge verify report network compare optimize avoided sensitivity exact fit monitor import info"
	fi
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _plimsoll plimsoll
